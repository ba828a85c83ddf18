import { randomIds } from '#kernel';
import { HOLD, PLACE_ORDER } from '../../../sale/documents.ts';
import { Holding } from '../../../sale/holding.ts';
import { ignoring, type Visit, type Wish } from '../visit.ts';

/** Two friends who want to sit side by side. */
const SEATS = 2;

/** The best seats of some ticket type. */
function bestSeats(visit: Visit): Wish {
  return visit.unitsOf(visit.oneOf(visit.oneOf(visit.market.seated).pools));
}

export async function buysBestSeats(visit: Visit): Promise<void> {
  await visit.buys(bestSeats(visit));
}

/** Two neighbours from the map, as it was when the person looked. */
export async function buysChosenSeats(visit: Visit): Promise<void> {
  const { market, memory, buyer, visitor } = visit;
  const { pools, plan: seatPlan } = visit.oneOf(market.seated);
  const event = visit.oneOf(pools);
  const holding = new Holding(visitor, memory.tally, { quantity: SEATS, seatPlan }, market.random);
  await visit.pays(await visit.orders(event, await holding.hold(buyer, event)));
}

/** One cart of all ticket types of an event, of seats or of units. */
export async function buysOfSeveralTypes(visit: Visit): Promise<void> {
  const { small, seated } = visit.market;
  const pools = visit.oneOf([small, ...seated.map((sale) => sale.pools)]);
  const lines = pools.map(({ ticketTypeId }) => ({ ticketTypeId, quantity: 1 }));
  await visit.buys({ event: pools[0], cart: { eventId: pools[0].id, lines } });
}

/** As an impatient person with two windows: the same order and the same payment, twice at once. */
export async function doesEverythingTwice(visit: Visit): Promise<void> {
  const wish = visit.someUnits();
  const holdId = await visit.holds(wish);
  const key = randomIds.uuid();
  const both = [visit.orders(wish.event, holdId, key), visit.orders(wish.event, holdId, key)] as const;
  const [ordered, again] = await Promise.all(both);
  if (ordered.placed.order.id !== again.placed.order.id)
    visit.contradicts(`key ${key} made the orders ${ordered.placed.order.id} and ${again.placed.order.id}`);
  const paid = await Promise.allSettled([visit.pays(ordered), visit.pays(ordered)]);
  const failures = paid.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
  if (failures.length === paid.length) throw failures[0];
}

export async function extendsAndBuys(visit: Visit): Promise<void> {
  const wish = visit.someUnits();
  const holdId = await visit.holds(wish);
  // Already: the answer to the first time was lost.
  const extend = () => visit.visitor.extend(visit.buyer, holdId).catch(ignoring('ALREADY_EXTENDED'));
  await visit.persist(extend);
  await visit.pays(await visit.orders(wish.event, holdId));
}

/** Holds as somebody who is not signed in, then signs in and orders. */
export async function adoptsAVisitorsHold(visit: Visit): Promise<void> {
  const { graph, memory, buyer } = visit;
  const wish = visit.someUnits();
  const hold = () => graph.askAsVisitor(HOLD, { input: { ...wish.cart } }, {});
  const { answer: held, visitor } = await memory.tally.time('visitorHold', hold);
  const input = { holdId: held.id, idempotencyKey: randomIds.uuid() };
  const order = () => graph.askAsVisitor(PLACE_ORDER, { input }, { token: buyer.token, visitor });
  const { answer: placed } = await visit.persist(() => memory.tally.time('order', order));
  const ordered = { placed, event: wish.event };
  visit.note(ordered, {});
  await visit.pays(ordered);
}
