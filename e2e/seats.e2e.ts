/* oxlint-disable typescript/no-explicit-any -- a journey reads answers of any shape and asserts what is in them */
import { eventually, type OpenSubscription } from '#testing';
import * as documents from './support/documents.ts';
import {
  GOOD_CARD,
  inState,
  type OnSale,
  type Person,
  place,
  publicGraph,
  signUp,
  watch,
} from './support/house.ts';

const PLAN = {
  stage: { x: 0, y: 0, width: 6, depth: 4 },
  bounds: { minX: -10, minY: -5, maxX: 10, maxY: 15 },
  sections: [
    {
      id: 'stalls',
      name: 'Stalls',
      x: 0,
      y: 5,
      rows: [
        { label: 'A', x: -1, y: 0, runs: [{ first: 1, count: 6 }] },
        { label: 'B', x: -1, y: 1, runs: [{ first: 1, count: 6 }], accessible: [1], blocked: [6] },
      ],
    },
  ],
};

const CREATE_PLAN = `mutation ($input: CreateSeatingPlanInput!) { createSeatingPlan(input: $input) {
  __typename ... on SeatingPlan { id } ... on Failure { code message } } }`;
const PUBLISH_PLAN = `mutation ($id: ID!) { publishSeatingPlan(id: $id) {
  __typename ... on SeatingPlan { status } ... on Failure { code message } } }`;
const HOLD = `mutation ($input: HoldTicketsInput!) { holdTickets(input: $input) { __typename
  ... on Hold { id lines { ticketType { name } seats { seatId section row number } } }
  ... on SeatTaken { seatIds } ... on Failure { code message } } }`;
const RELEASE = `mutation ($id: ID!) { releaseHold(id: $id) { __typename ... on Hold { status } } }`;
const MAP = `query ($id: ID!) { event(id: $id) { seatingPlan { seatMap(sectionIds: ["stalls"]) { ids } }
  seatMap { version sections { sectionId free states ticketType { name } } } } }`;
const CHANGES = `subscription ($eventId: ID!) { seatMapChanged(eventId: $eventId) { version
  snapshot { sections { states ticketType { name } } } seats { seatId state } } }`;
const TICKETS = `query ($id: ID!) { order(id: $id) { tickets { status seat { seatId section row number } } } }`;

let organizer: Person;
let event: OnSale;
let seen: OpenSubscription;
let stream: ReturnType<typeof watch>;

beforeAll(async () => {
  organizer = await signUp('ORGANIZER');
  event = await putSeatsOnSale();
  stream = watch(undefined);
  seen = stream.subscribe(CHANGES, { eventId: event.id });
  await eventually(() => expect(seen.answers).toHaveLength(1), 15_000);
});

afterAll(() => stream?.terminate());

async function putSeatsOnSale(): Promise<OnSale> {
  const { organizationId, graph } = organizer;
  const place = { name: 'Small Hall', city: 'Paris', country: 'FR', capacity: 100, timeZone: 'Europe/Paris' };
  const venue = await graph.expect('Venue', documents.CREATE_VENUE, { input: { organizationId, ...place } });
  const plan = await graph.expect('SeatingPlan', CREATE_PLAN, {
    input: { organizationId, venueId: venue.id, name: 'Hall', plan: PLAN },
  });
  await graph.expect('SeatingPlan', PUBLISH_PLAN, { id: plan.id });
  const startsAt = Date.now() + 30 * 86_400_000;
  const basePrice = { amount: 3_000, currency: 'EUR' };
  const created = await graph.expect('Event', documents.CREATE_EVENT, {
    input: {
      organizationId,
      name: 'A quartet',
      venueId: venue.id,
      seatingPlanId: plan.id,
      startsAt: new Date(startsAt).toISOString(),
      endsAt: new Date(startsAt + 7_200_000).toISOString(),
      ticketTypes: [{ name: 'Stalls', basePrice, maxPerOrder: 4, sectionIds: ['stalls'] }],
    },
  });
  await graph.expect('Event', documents.PUBLISH_EVENT, { id: created.id });
  await eventually(async () => {
    const { event: found } = await publicGraph.data(MAP, { id: created.id });
    expect(found.seatMap?.sections[0]).toMatchObject({ free: 11 });
  }, 20_000);
  return created;
}

function wish(line: { seatIds: string[] } | { quantity: number }): { input: object } {
  return { input: { eventId: event.id, lines: [{ ticketTypeId: event.ticketTypes[0]?.id, ...line }] } };
}

/** The newest state that was told of each seat. */
function told(): Record<string, string> {
  const changes = seen.answers.flatMap(({ data }) => data.seatMapChanged.seats);
  return Object.fromEntries(changes.map(({ seatId, state }: any) => [seatId, state]));
}

const idsOf = (hold: any): string[] => hold.lines[0].seats.map(({ seatId }: any) => seatId);

async function buySeats(buyer: Person, seatIds: string[]): Promise<{ id: string }> {
  const hold = await buyer.graph.expect('Hold', HOLD, wish({ seatIds }));
  const { order, paymentToken } = await place(buyer, hold.id);
  const input = { paymentToken, method: GOOD_CARD };
  await buyer.graph.expect('Payment', documents.PAY, { input });
  return inState(buyer, order.id, 'COMPLETED');
}

describe('an event with seats', () => {
  it('shows them to anybody, in the order of the plan, with what they are sold as', async () => {
    const { event: found } = await publicGraph.data(MAP, { id: event.id });
    expect(found.seatingPlan.seatMap[0].ids).toHaveLength(12);
    expect(found.seatMap.sections).toEqual([
      { sectionId: 'stalls', free: 11, states: 'FFFFFFFFFFFB', ticketType: { name: 'Stalls' } },
    ]);
    expect(seen.answers[0]?.data.seatMapChanged.snapshot.sections).toEqual([
      { states: 'FFFFFFFFFFFB', ticketType: { name: 'Stalls' } },
    ]);
  });

  it('gives chosen seats to the first who asks, and the best to who names none', async () => {
    const [ada, bob, eve] = [await signUp(), await signUp(), await signUp()];
    const answers = await Promise.all(
      [ada, bob].map(({ graph }) => graph.data(HOLD, wish({ seatIds: ['stalls-A-1', 'stalls-A-2'] }))),
    );
    const types = answers.map(({ holdTickets }) => holdTickets.__typename);
    expect(new Set(types)).toEqual(new Set(['Hold', 'SeatTaken']));
    const winner = types[0] === 'Hold' ? ada : bob;
    const [held] = answers.flatMap(({ holdTickets }) => holdTickets.id ?? []);
    const best = await eve.graph.expect('Hold', HOLD, wish({ quantity: 4 }));
    expect(idsOf(best)).toEqual(['stalls-A-3', 'stalls-A-4', 'stalls-A-5', 'stalls-A-6']);
    await eventually(() => expect(told()).toMatchObject({ 'stalls-A-1': 'HELD', 'stalls-A-6': 'HELD' }));
    await winner.graph.expect('Hold', RELEASE, { id: held });
    await eve.graph.expect('Hold', RELEASE, { id: best.id });
    await eventually(() => expect(told()).toMatchObject({ 'stalls-A-1': 'FREE', 'stalls-A-6': 'FREE' }));
  });

  it('puts the seat on the ticket, and sells it again after a refund', async () => {
    const [ada, bob] = [await signUp(), await signUp()];
    const order = await buySeats(ada, ['stalls-B-3', 'stalls-B-2']);
    const { order: bought } = await ada.graph.data(TICKETS, { id: order.id });
    const seats = bought.tickets.map(({ seat }: any) => seat);
    expect(seats).toContainEqual({ seatId: 'stalls-B-2', section: 'Stalls', row: 'B', number: 2 });
    await eventually(() => expect(told()).toMatchObject({ 'stalls-B-2': 'TAKEN', 'stalls-B-3': 'TAKEN' }));
    const refused = await bob.graph.expect(
      'SeatTaken',
      HOLD,
      wish({ seatIds: ['stalls-B-3', 'stalls-B-4'] }),
    );
    expect(refused.seatIds).toEqual(['stalls-B-3']);

    const refund = { orderId: order.id, reason: 'The buyer is ill' };
    await organizer.graph.expect('Order', documents.REFUND_ORDER, refund);
    await inState(ada, order.id, 'REFUNDED');
    await eventually(() => expect(told()).toMatchObject({ 'stalls-B-2': 'FREE', 'stalls-B-3': 'FREE' }));
    await buySeats(bob, ['stalls-B-3', 'stalls-B-4']);
  });
});
