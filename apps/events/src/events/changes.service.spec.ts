import { ticketsCapacities } from '#contracts';
import { eventually } from '#testing';
import {
  CANCEL,
  CHANGE_CAPACITY,
  DUPLICATE,
  euros,
  EventDesk,
  inDays,
  ONE,
  ORGANIZATION,
  MOVE,
  regular,
  UPDATE_EVENT,
} from '../../test/event-desk.ts';

let desk: EventDesk;

beforeAll(async () => {
  desk = await EventDesk.open();
});

afterAll(() => desk.close());

const factTypes = (id: string) =>
  desk.factsOf(id).map(({ type, aggregateVersion }) => [type, aggregateVersion]);
const read = async (id: string) => (await desk.manager.data(ONE, { id })).event;

interface Decided {
  readonly version: number;
  readonly inForce: number;
  readonly eventVersion: number;
  readonly committed?: number;
  readonly wished?: number;
}

/** What `tickets` would say about the first ticket type of an event. */
function decide(event: { id: string; ticketTypes: { id: string }[] }, of: Decided) {
  const ticketTypeId = event.ticketTypes[0]!.id;
  const { version, inForce, eventVersion, committed, wished } = of;
  const refused =
    committed === undefined ? [] : [{ ticketTypeId, wished: wished ?? 0, committed, capacity: inForce }];
  return desk.line.publish(
    ticketsCapacities,
    committed === undefined ? 'CapacityChanged' : 'CapacityChangeRefused',
    { id: event.id, version },
    {
      eventId: event.id,
      organizationId: ORGANIZATION,
      eventVersion,
      ticketTypes: [{ ticketTypeId, capacity: inForce }],
      refused,
      decidedAt: new Date().toISOString(),
    },
  );
}

describe('a published event', () => {
  it('changes where its sales leave it open, and tells Kafka of what others see', async () => {
    const event = await desk.onSale({ salesStartAt: inDays(0), maxPerAccount: 5 });
    const { id } = event;
    const update = (type: string, input: object) => desk.manager.expect(type, UPDATE_EVENT, { id, input });
    const silent = await update('Event', {
      description: 'More to say',
      category: 'MUSIC',
      url: 'https://example.org/',
    });
    expect(silent).toMatchObject({ description: 'More to say', category: 'MUSIC' });
    await update('Event', { name: 'Night of Fugues', maxPerAccount: 6, doorsOpenAt: inDays(29.9) });
    for (const [field, input] of [
      ['startsAt', { startsAt: inDays(31), endsAt: inDays(31.2) }],
      ['maxPerAccount', { maxPerAccount: 4 }],
      ['ticketTypes', { ticketTypes: [{ ...regular, name: 'Others' }] }],
    ] as const)
      expect(await update('FieldLocked', input)).toMatchObject({ field, code: 'FIELD_LOCKED' });
    await eventually(() => {
      expect(factTypes(id)).toEqual([
        ['EventPublished', 2],
        ['EventUpdated', 4],
      ]);
    });
    expect(desk.factsOf(id)[1]?.payload).toMatchObject({
      name: 'Night of Fugues',
      maxPerAccount: 6,
      doorsOpenAt: (await read(id)).doorsOpenAt,
    });
  });

  it('carries the windows and limits of its ticket types to those who sell', async () => {
    const early = {
      ...regular,
      name: 'Early',
      salesStartAt: inDays(2),
      salesEndAt: inDays(9),
      maxPerAccount: 2,
    };
    const event = await desk.onSale({
      salesStartAt: inDays(1),
      salesEndAt: inDays(20),
      ticketTypes: [early],
    });
    await eventually(() => {
      expect(desk.factsOf(event.id)[0]?.payload.ticketTypes).toMatchObject([
        { salesStartAt: early.salesStartAt, salesEndAt: early.salesEndAt, maxPerAccount: 2 },
      ]);
    });
    const [{ id }] = event.ticketTypes;
    const changed = await desk.manager.expect('Event', UPDATE_EVENT, {
      id: event.id,
      input: { ticketTypes: [{ ...regular, id, name: 'Renamed before the sale' }] },
    });
    expect(changed.ticketTypes).toMatchObject([{ id, name: 'Renamed before the sale', salesStartAt: null }]);
  });

  it.each([
    ['doorsOpenAt', { doorsOpenAt: inDays(31) }],
    ['doorsOpenAt', { doorsOpenAt: inDays(28) }],
    ['onlineUrl', { onlineUrl: 'https://example.org/stream' }],
    ['url', { url: 'javascript:alert(1)' }],
    ['ticketTypes.0.salesEndAt', { ticketTypes: [{ ...regular, salesEndAt: inDays(31) }] }],
    [
      'ticketTypes.0.salesStartAt',
      { salesStartAt: inDays(5), ticketTypes: [{ ...regular, salesStartAt: inDays(4) }] },
    ],
  ])('is refused with %s outside its limits', async (field, input) => {
    const { id } = await desk.draft();
    const failure = await desk.manager.expect('InvalidInput', UPDATE_EVENT, { id, input });
    expect(failure.field).toBe(field);
  });

  it('shows the address of an online event to its members only, and tells tickets for the holders', async () => {
    const onlineUrl = 'https://example.org/stream';
    const online = { mode: 'ONLINE', venueId: null, timeZone: 'UTC', onlineUrl };
    const { id } = await desk.onSale({ ...online, endsAt: inDays(40) });
    expect(await read(id)).toMatchObject({ onlineUrl });
    expect((await desk.anyone.data(ONE, { id })).event).toMatchObject({ onlineUrl: null });
    await eventually(() => expect(desk.factsOf(id)).toHaveLength(1));
    expect(desk.factsOf(id)[0]?.payload).toMatchObject({ onlineUrl });
  });

  it('takes no changes once it is cancelled, and says why it was', async () => {
    const { id, ticketTypes } = await desk.onSale();
    await desk.manager.expect('InvalidInput', CANCEL, { id, reason: 'x'.repeat(501) });
    await desk.manager.expect('Event', CANCEL, { id, reason: 'The organ burnt.' });
    expect((await desk.anyone.data(ONE, { id })).event).toMatchObject({
      cancelReason: 'The organ burnt.',
      cancelledAt: expect.any(String),
    });
    const input = { startsAt: inDays(40), endsAt: inDays(41) };
    await desk.manager.expect('WrongState', UPDATE_EVENT, { id, input: { name: 'Too late' } });
    await desk.manager.expect('WrongState', MOVE, { id, input });
    await desk.manager.expect('WrongState', CHANGE_CAPACITY, {
      ticketTypeId: ticketTypes[0].id,
      capacity: 5,
    });
  });
});

describe('a capacity', () => {
  const wish = (event: { ticketTypes: { id: string }[] }, capacity: number, type = 'TicketType') =>
    desk.manager.expect(type, CHANGE_CAPACITY, { ticketTypeId: event.ticketTypes[0]!.id, capacity });
  const first = async (id: string) => (await read(id)).ticketTypes[0];

  it('stays in force until `tickets` has granted the wish', async () => {
    const event = await desk.onSale();
    expect(await wish(event, 150)).toMatchObject({
      capacity: 100,
      capacityChange: { requested: 150, status: 'PENDING' },
    });
    await wish(event, 160, 'WrongState');
    await eventually(() => expect(desk.factsOf(event.id)[1]?.payload.ticketTypes[0]?.capacity).toBe(150));
    const granted = await decide(event, { version: 2, inForce: 150, eventVersion: 3 });
    await desk.line.repeat(ticketsCapacities, granted);
    await eventually(async () =>
      expect(await first(event.id)).toMatchObject({
        capacity: 150,
        capacityChange: { status: 'APPLIED', committed: null },
      }),
    );
    expect((await desk.anyone.data(ONE, { id: event.id })).event.ticketTypes[0]).toMatchObject({
      capacity: 150,
      capacityChange: null,
    });
    expect(factTypes(event.id)).toEqual([
      ['EventPublished', 2],
      ['EventUpdated', 3],
    ]);
  });

  it('goes back when the wish is refused; old and repeated decisions settle nothing', async () => {
    const event = await desk.onSale();
    await wish(event, 150);
    const older = await decide(event, { version: 1, inForce: 100, eventVersion: 2 });
    const granted = await decide(event, { version: 2, inForce: 150, eventVersion: 3 });
    await eventually(async () => expect((await first(event.id)).capacityChange.status).toBe('APPLIED'));
    // The next wish takes version 5: the grant made 4.
    await wish(event, 50);
    for (const fact of [granted, older, granted]) await desk.line.repeat(ticketsCapacities, fact);
    const refused = await decide(event, {
      version: 3,
      inForce: 150,
      eventVersion: 5,
      committed: 70,
      wished: 50,
    });
    for (const fact of [older, refused, granted]) await desk.line.repeat(ticketsCapacities, fact);
    await eventually(async () =>
      expect(await first(event.id)).toMatchObject({
        capacity: 150,
        capacityChange: { requested: 50, status: 'REFUSED', committed: 70, decidedAt: expect.any(String) },
      }),
    );
    await eventually(() => {
      const capacities = desk
        .factsOf(event.id)
        .map(({ aggregateVersion, payload }) => [aggregateVersion, payload.ticketTypes[0]?.capacity]);
      expect(capacities).toEqual([
        [2, 100],
        [3, 150],
        [5, 50],
        [6, 150],
      ]);
    });
  });

  it('is for managers of the event, within its limits', async () => {
    const event = await desk.onSale();
    const ticketTypeId = event.ticketTypes[0].id;
    await desk.anyone.expect('NotSignedIn', CHANGE_CAPACITY, { ticketTypeId, capacity: 5 });
    await (
      await desk.as('BOX_OFFICE')
    ).expect('NotPermitted', CHANGE_CAPACITY, { ticketTypeId, capacity: 5 });
    await desk.manager.expect('NotFound', CHANGE_CAPACITY, { ticketTypeId: 'made-up', capacity: 5 });
    expect(await wish(event, 0, 'InvalidInput')).toMatchObject({ field: 'capacity' });
    expect(await wish(event, 501, 'InvalidInput')).toMatchObject({ field: 'ticketTypes' });
  });
});

describe('moving', () => {
  it('offers refunds to whoever may have bought, and tells Kafka', async () => {
    const event = await desk.onSale({ doorsOpenAt: inDays(29.9) });
    const { id } = event;
    const input = { startsAt: inDays(60), endsAt: inDays(60.2), refundDays: 7 };
    const moved = await desk.manager.expect('Event', MOVE, { id, input });
    expect(moved).toMatchObject({ startsAt: input.startsAt, salesEndAt: input.endsAt });
    const { offeredAt, until } = moved.refundOffer;
    expect(Date.parse(until) - Date.parse(offeredAt)).toBe(7 * 24 * 3_600_000);
    expect(await desk.manager.expect('Event', MOVE, { id, input })).toMatchObject({
      refundOffer: { offeredAt },
    });
    await eventually(() => {
      expect(desk.factsOf(id)).toHaveLength(2);
      expect(desk.factsOf(id)[1]).toMatchObject({
        type: 'EventUpdated',
        payload: {
          startsAt: input.startsAt,
          doorsOpenAt: moved.doorsOpenAt,
          refundOffer: { offeredAt, until },
        },
      });
    });
    await desk.manager.expect('NotFound', MOVE, { id, input: { ...input, venueId: 'nowhere' } });
    expect(
      await desk.manager.expect('InvalidInput', MOVE, { id, input: { ...input, refundDays: 91 } }),
    ).toMatchObject({
      field: 'refundDays',
    });
    await (await desk.as('BOX_OFFICE')).expect('NotPermitted', MOVE, { id, input });
  });
});

describe('duplicating', () => {
  it('makes a draft with ids of its own', async () => {
    const event = await desk.onSale({
      category: 'THEATRE',
      ticketTypes: [{ ...regular, basePrice: euros(700) }],
    });
    const copy = await desk.manager.expect('Event', DUPLICATE, { id: event.id, startsAt: inDays(44) });
    expect(copy).toMatchObject({
      status: 'DRAFT',
      name: event.name,
      category: 'THEATRE',
      startsAt: expect.any(String),
      publishedAt: null,
    });
    expect(copy.id).not.toBe(event.id);
    expect(copy.ticketTypes).toMatchObject([{ name: 'Regular', basePrice: { amount: 700 } }]);
    expect(copy.ticketTypes[0].id).not.toBe(event.ticketTypes[0].id);
    await (
      await desk.as('OWNER', 'org-2')
    ).expect('NotPermitted', DUPLICATE, { id: event.id, startsAt: inDays(44) });
  });
});
