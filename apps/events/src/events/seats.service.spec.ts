import { eventually } from '#testing';
import {
  CHANGE_CAPACITY,
  CREATE_EVENT,
  CREATE_VENUE,
  DUPLICATE,
  EventDesk,
  hall,
  inDays,
  MOVE,
  ORGANIZATION,
  regular,
  UPDATE_EVENT,
} from '../../test/event-desk.ts';
import { CREATE_PLAN, PUBLISH_PLAN, smallHall } from '../../test/seating-desk.ts';

let desk: EventDesk;
/** Eight seats can be sold in its one section, `stalls`. */
let seatingPlanId: string;

const { capacity: _, ...unsized } = regular;
const stalls = { ...unsized, name: 'Stalls', sectionIds: ['stalls'] };

async function planOf(name: string): Promise<string> {
  const input = { organizationId: ORGANIZATION, venueId: desk.venueId, name, plan: smallHall };
  return String((await desk.manager.expect('SeatingPlan', CREATE_PLAN, { input })).id);
}

beforeAll(async () => {
  desk = await EventDesk.open();
  seatingPlanId = await planOf('As usual');
  await desk.manager.expect('SeatingPlan', PUBLISH_PLAN, { id: seatingPlanId });
});

afterAll(() => desk.close());

it('an event sells the seats of the sections that it names, and units beside them', async () => {
  const event = await desk.onSale({ seatingPlanId, ticketTypes: [stalls, { ...regular, name: 'Standing' }] });
  expect(event.ticketTypes).toMatchObject([
    { name: 'Stalls', capacity: 8 },
    { name: 'Standing', capacity: 100 },
  ]);
  await eventually(() =>
    expect(desk.factsOf(event.id)[0]?.payload).toMatchObject({
      planId: seatingPlanId,
      ticketTypes: [{ capacity: 8, sectionIds: ['stalls'] }, { capacity: 100 }],
    }),
  );
});

it.each([
  ['ticketTypes.0.capacity', () => ({ seatingPlanId, ticketTypes: [{ ...stalls, capacity: 8 }] })],
  ['ticketTypes.0.capacity', () => ({ ticketTypes: [unsized] })],
  ['ticketTypes.0.sectionIds', () => ({ ticketTypes: [stalls] })],
  ['ticketTypes.0.sectionIds', () => ({ seatingPlanId, ticketTypes: [{ ...stalls, sectionIds: [] }] })],
  [
    'ticketTypes.0.sectionIds.0',
    () => ({ seatingPlanId, ticketTypes: [{ ...stalls, sectionIds: ['roof'] }] }),
  ],
  ['ticketTypes.1.sectionIds.0', () => ({ seatingPlanId, ticketTypes: [stalls, stalls] })],
  ['seatingPlanId', () => ({ seatingPlanId: 'nowhere', ticketTypes: [stalls] })],
])('%s is named when seats and sections do not fit', async (field, change) => {
  const failure = await desk.manager.expect('InvalidInput', CREATE_EVENT, { input: desk.concert(change()) });
  expect(failure.field).toBe(field);
  expect(failure.message).not.toContain('planId: planId');
});

it('a plan that is not published yet, or of another venue, cannot be sold', async () => {
  const draft = await planOf('Not yet');
  const elsewhere = await desk.manager.expect('Venue', CREATE_VENUE, { input: hall });
  for (const change of [{ seatingPlanId: draft }, { seatingPlanId, venueId: elsewhere.id }]) {
    const input = desk.concert({ ticketTypes: [stalls], ...change });
    expect(await desk.manager.expect('InvalidInput', CREATE_EVENT, { input })).toMatchObject({
      field: 'seatingPlanId',
    });
  }
});

it('seats keep their number and their venue; a copy sells them again', async () => {
  const event = await desk.onSale({ seatingPlanId, ticketTypes: [stalls] });
  const [{ id: ticketTypeId }] = event.ticketTypes;
  expect(
    await desk.manager.expect('InvalidInput', CHANGE_CAPACITY, { ticketTypeId, capacity: 4 }),
  ).toMatchObject({ field: 'capacity' });
  const elsewhere = await desk.manager.expect('Venue', CREATE_VENUE, { input: hall });
  const input = { startsAt: inDays(40), endsAt: inDays(41), venueId: elsewhere.id };
  expect(await desk.manager.expect('InvalidInput', MOVE, { id: event.id, input })).toMatchObject({
    field: 'venueId',
  });
  const units = { ticketTypes: [{ ...regular, name: 'Stalls', id: ticketTypeId }] };
  expect(
    await desk.manager.expect('FieldLocked', UPDATE_EVENT, { id: event.id, input: units }),
  ).toMatchObject({
    field: 'ticketTypes.0.sectionIds',
  });
  const described = { ticketTypes: [{ ...stalls, id: ticketTypeId, description: 'Near the organ' }] };
  expect(await desk.manager.expect('Event', UPDATE_EVENT, { id: event.id, input: described })).toMatchObject({
    ticketTypes: [{ id: ticketTypeId, capacity: 8, capacityChange: null }],
  });
  const copy = await desk.manager.expect('Event', DUPLICATE, { id: event.id, startsAt: inDays(60) });
  expect(copy.ticketTypes).toMatchObject([{ capacity: 8 }]);
});
