import { eventually } from '#testing';
import {
  CANCEL,
  CREATE_EVENT,
  ENTITIES,
  euros,
  EventDesk,
  inDays,
  LIST,
  ONE,
  ORGANIZATION,
  PUBLISH,
  regular,
  UPDATE_EVENT,
} from '../../test/event-desk.ts';

let desk: EventDesk;

beforeAll(async () => {
  desk = await EventDesk.open();
});

afterAll(() => desk.close());

describe('a draft', () => {
  it('carries what was given, and the defaults', async () => {
    const demand = {
      name: 'Stalls',
      basePrice: euros(8_000),
      capacity: 50,
      maxPerOrder: 4,
      pricing: { floor: euros(6_000), ceiling: euros(12_000) },
    };
    const event = await desk.draft({ keywords: [' Bach ', 'bach', 'Organ'], ticketTypes: [regular, demand] });
    expect(event).toMatchObject({
      status: 'DRAFT',
      mode: 'IN_PERSON',
      organization: { id: ORGANIZATION },
      venue: { id: desk.venueId, name: 'Grand Hall' },
      city: 'Lyon',
      country: 'FR',
      timeZone: 'Europe/Paris',
      maxPerAccount: 10,
      keywords: ['bach', 'organ'],
      salesEndAt: event.endsAt,
      publishedAt: null,
      origin: null,
    });
    expect(event.id).toMatch(/^[0-9A-Z]{10}$/);
    expect(event.ticketTypes).toMatchObject([
      {
        name: 'Regular',
        basePrice: { formatted: 'EUR 50.00' },
        pricingMode: 'FIXED',
        floor: null,
        maxPerOrder: 10,
      },
      {
        name: 'Stalls',
        pricingMode: 'DEMAND',
        floor: { amount: 6_000 },
        ceiling: { amount: 12_000 },
        event: { id: event.id },
      },
    ]);
  });

  it.each([
    ['name', { name: '' }],
    ['name', { name: 'x'.repeat(201) }],
    ['description', { description: 'x'.repeat(10_001) }],
    ['venueId', { venueId: null }],
    ['venueId', { mode: 'ONLINE', timeZone: 'UTC' }],
    ['timeZone', { mode: 'ONLINE', venueId: null }],
    ['timeZone', { timeZone: 'Mars/Olympus' }],
    ['endsAt', { endsAt: inDays(29) }],
    ['endsAt', { endsAt: inDays(62) }],
    ['salesEndAt', { salesEndAt: inDays(31) }],
    ['salesStartAt', { salesStartAt: inDays(20), salesEndAt: inDays(10) }],
    ['maxPerAccount', { maxPerAccount: 0 }],
    ['maxPerAccount', { maxPerAccount: 1_001 }],
    ['keywords', { keywords: Array.from({ length: 21 }, (_, i) => `k${i}`) }],
    ['keywords.0', { keywords: ['x'.repeat(31)] }],
    ['ticketTypes', { ticketTypes: Array.from({ length: 21 }, () => ({ ...regular, capacity: 1 })) }],
    ['ticketTypes', { ticketTypes: [regular, { ...regular, capacity: 401 }] }],
    ['ticketTypes.0.name', { ticketTypes: [{ ...regular, name: ' ' }] }],
    ['ticketTypes.0.capacity', { ticketTypes: [{ ...regular, capacity: 0 }] }],
    ['ticketTypes.0.maxPerOrder', { ticketTypes: [{ ...regular, maxPerOrder: 101 }] }],
    ['ticketTypes.0.basePrice.amount', { ticketTypes: [{ ...regular, basePrice: euros(-1) }] }],
    [
      'ticketTypes.0.basePrice.currency',
      { ticketTypes: [{ ...regular, basePrice: { amount: 1, currency: 'EURO' } }] },
    ],
    [
      'ticketTypes.1.basePrice.currency',
      { ticketTypes: [regular, { ...regular, basePrice: { amount: 1, currency: 'USD' } }] },
    ],
    [
      'ticketTypes.0.pricing.floor',
      { ticketTypes: [{ ...regular, pricing: { floor: euros(5_001), ceiling: euros(9_000) } }] },
    ],
    [
      'ticketTypes.0.pricing.ceiling',
      { ticketTypes: [{ ...regular, pricing: { floor: euros(1), ceiling: euros(4_999) } }] },
    ],
    [
      'ticketTypes.0.pricing.cooldownS',
      { ticketTypes: [{ ...regular, pricing: { floor: euros(1), ceiling: euros(9_000), cooldownS: 0 } }] },
    ],
  ])('names the field %s when it is outside its limits', async (field, change) => {
    const failure = await desk.manager.expect('InvalidInput', CREATE_EVENT, { input: desk.concert(change) });
    expect(failure.field).toBe(field);
  });

  it('needs a venue that exists', async () => {
    const failure = await desk.manager.expect('NotFound', CREATE_EVENT, {
      input: desk.concert({ venueId: 'nowhere' }),
    });
    expect(failure).toMatchObject({ what: 'venue', id: 'nowhere' });
  });

  it('may be online, without a venue and within no capacity but that of its ticket types', async () => {
    const event = await desk.draft({
      mode: 'ONLINE',
      venueId: null,
      timeZone: 'Asia/Kolkata',
      ticketTypes: [{ ...regular, capacity: 100_000 }],
    });
    expect(event).toMatchObject({ mode: 'ONLINE', venue: null, city: null, timeZone: 'Asia/Kolkata' });
  });

  it('changes only where it is told to', async () => {
    const before = await desk.draft({ description: 'first', keywords: ['a'] });
    const ticketTypes = [{ name: 'Balcony', basePrice: euros(0), capacity: 20 }];
    const after = await desk.manager.expect('Event', UPDATE_EVENT, {
      id: before.id,
      input: { name: 'Night of Fugues', keywords: null, ticketTypes },
    });
    expect(after).toMatchObject({
      name: 'Night of Fugues',
      description: 'first',
      keywords: ['a'],
      startsAt: before.startsAt,
    });
    expect(after.ticketTypes).toMatchObject([{ name: 'Balcony', basePrice: { amount: 0 } }]);
    const failure = await desk.manager.expect('InvalidInput', UPDATE_EVENT, {
      id: before.id,
      input: { endsAt: inDays(1) },
    });
    expect(failure.field).toBe('endsAt');
  });

  it('keeps the limits of its prices from others when it is published', async () => {
    const demand = {
      name: 'Stalls',
      basePrice: euros(8_000),
      capacity: 50,
      maxPerOrder: 4,
      pricing: { floor: euros(6_000), ceiling: euros(12_000) },
    };
    const { id } = await desk.draft({ ticketTypes: [demand] });
    const owner = await desk.as('OWNER');
    await owner.expect('Event', PUBLISH, { id });
    const limits = async (graph: typeof owner) => {
      const [{ floor, ceiling }] = (await graph.data(ONE, { id })).event.ticketTypes;
      return [floor, ceiling];
    };
    expect(await limits(owner)).toEqual([{ amount: 6_000 }, { amount: 12_000 }]);
    expect(await limits(desk.anyone)).toEqual([null, null]);
    expect(await limits(await desk.as('OWNER', 'org-2'))).toEqual([null, null]);
  });

  it('is hidden from everyone but its organization', async () => {
    const { id, ticketTypes } = await desk.draft();
    const member = await desk.as('SCANNER');
    const stranger = await desk.as('OWNER', 'org-2');
    const representations = [
      { __typename: 'Event', id },
      { __typename: 'TicketType', id: ticketTypes[0].id },
    ];
    for (const graph of [desk.anyone, stranger]) {
      expect((await graph.data(ONE, { id })).event).toBeNull();
      expect((await graph.data(ENTITIES, { representations }))._entities).toEqual([null, null]);
    }
    expect((await member.data(ONE, { id })).event).toMatchObject({ id, status: 'DRAFT' });
    expect((await member.data(ENTITIES, { representations }))._entities).toMatchObject([
      { id },
      { event: { id } },
    ]);
    expect(await desk.walk(LIST, 'events', { first: 100 })).not.toContain(id);
    await stranger.expect('NotFound', PUBLISH, { id });
    await member.expect('NotPermitted', UPDATE_EVENT, { id, input: { name: 'Mine now' } });
    await member.expect('NotPermitted', PUBLISH, { id });
    await desk.anyone.expect('NotSignedIn', PUBLISH, { id });
  });
});

describe('publishing', () => {
  it('puts the event on sale and tells Kafka its whole public state', async () => {
    const { id } = await desk.draft();
    const event = await desk.manager.expect('Event', PUBLISH, { id });
    expect(event).toMatchObject({ status: 'PUBLISHED', salesStartAt: event.publishedAt });
    expect((await desk.anyone.data(ONE, { id })).event).toMatchObject({ id, status: 'PUBLISHED' });
    const fact = await eventually(() => {
      const [found] = desk.facts.filter(({ aggregateId }) => aggregateId === id);
      return found ?? Promise.reject(new Error('no fact yet'));
    });
    expect(fact).toMatchObject({ type: 'EventPublished', aggregateVersion: 2 });
    expect(fact.payload).toEqual({
      eventId: id,
      organizationId: ORGANIZATION,
      name: event.name,
      status: 'PUBLISHED',
      mode: 'IN_PERSON',
      venueId: desk.venueId,
      startsAt: event.startsAt,
      endsAt: event.endsAt,
      timeZone: 'Europe/Paris',
      salesStartAt: event.salesStartAt,
      salesEndAt: event.salesEndAt,
      maxPerAccount: 10,
      ticketTypes: [
        {
          ticketTypeId: event.ticketTypes[0].id,
          name: 'Regular',
          basePrice: euros(5_000),
          pricing: { mode: 'FIXED' },
          capacity: 100,
          maxPerOrder: 10,
        },
      ],
      publishedAt: event.publishedAt,
    });
    await eventually(async () => {
      const stored = await desk.service.db.collection<{ _id: string }>('events').findOne({ _id: id });
      expect(stored).not.toHaveProperty('outboxAt');
    });
  });

  it('happens once, however many ask at once', async () => {
    const { id } = await desk.draft();
    const answers = await Promise.all([1, 2, 3, 4].map(() => desk.manager.data(PUBLISH, { id })));
    const refused = answers.filter(({ publishEvent }) => publishEvent.__typename === 'WrongState');
    expect(refused).toHaveLength(answers.length - 1);
    await eventually(() => expect(desk.facts.map(({ aggregateId }) => aggregateId)).toContain(id));
    expect(desk.facts.filter(({ aggregateId }) => aggregateId === id)).toHaveLength(1);
  });

  it.each([
    ['ticketTypes', { ticketTypes: [] }],
    ['endsAt', { startsAt: inDays(-3), endsAt: inDays(-2) }],
    ['salesEndAt', { salesEndAt: inDays(-1) }],
  ])('names %s when that stands in the way', async (field, change) => {
    const { id } = await desk.draft(change);
    const failure = await desk.manager.expect('InvalidInput', PUBLISH, { id });
    expect(failure.field).toBe(field);
  });

  it('waits while too many facts of the event wait for Kafka', async () => {
    const { id } = await desk.onSale();
    const events = desk.service.db.collection<{ _id: string; outbox: object[] }>('events');
    await eventually(async () => expect(await events.findOne({ _id: id })).not.toHaveProperty('outboxAt'));
    await events.updateOne({ _id: id }, { $set: { outbox: Array.from({ length: 64 }, () => ({})) } });
    await desk.manager.expect('RetryLater', CANCEL, { id });
    expect((await desk.anyone.data(ONE, { id })).event.status).toBe('PUBLISHED');
    await events.updateOne({ _id: id }, { $set: { outbox: [] } });
    await desk.manager.expect('Event', CANCEL, { id });
  });
});

describe('cancelling', () => {
  it('ends the sale once; repeating it changes nothing', async () => {
    const { id } = await desk.onSale();
    for (let times = 0; times < 2; times++) {
      expect(await desk.manager.expect('Event', CANCEL, { id })).toMatchObject({ status: 'CANCELLED' });
    }
    expect((await desk.anyone.data(ONE, { id })).event).toMatchObject({ status: 'CANCELLED' });
    expect(await desk.walk(LIST, 'events', { first: 100 })).not.toContain(id);
    await eventually(() => {
      const mine = desk.facts.filter(({ aggregateId }) => aggregateId === id);
      expect(mine.map(({ type, aggregateVersion }) => [type, aggregateVersion])).toEqual([
        ['EventPublished', 2],
        ['EventCancelled', 3],
      ]);
      expect(mine[1]?.payload.status).toBe('CANCELLED');
    });
    await desk.manager.expect('WrongState', PUBLISH, { id });
  });

  it('is for managers, and not for drafts', async () => {
    const { id } = await desk.onSale();
    await desk.anyone.expect('NotSignedIn', CANCEL, { id });
    await (await desk.as('BOX_OFFICE')).expect('NotPermitted', CANCEL, { id });
    await (await desk.as('OWNER', 'org-2')).expect('NotPermitted', CANCEL, { id });
    const one = await desk.draft();
    await desk.manager.expect('WrongState', CANCEL, { id: one.id });
  });
});
