import { randomIds } from '#kernel';
import { LoadError } from '../../../load/tally.ts';
import { HOLD, PLACE_ORDER } from '../../../sale/documents.ts';
import { lookAtSeats } from '../../../sale/seat-choice.ts';
import type { SeatedSale, Visit, Wish } from '../visit.ts';

/** Two friends who want to sit side by side. */
const SEATS = 2;
/** Whoever finds chosen seats taken chooses others so often. */
const MAX_CHOICES = 5;

/** The best seats of some ticket type. */
function bestSeats(visit: Visit): Wish {
  return visit.unitsOf(visit.oneOf(visit.oneOf(visit.market.seated).pools));
}

export async function buysBestSeats(visit: Visit): Promise<void> {
  await visit.buys(bestSeats(visit));
}

/** Two neighbours from the map, as it was when the person looked. */
export async function buysChosenSeats(visit: Visit): Promise<void> {
  const { market, graph, memory } = visit;
  const { pools, plan } = visit.oneOf(market.seated);
  const event = visit.oneOf(pools);
  const map = await memory.tally.time('seats', () => lookAtSeats(graph, event.id, plan));
  for (let choices = 1; ; choices++) {
    const seatIds = map.choose(event.ticketTypeId, SEATS, market.random);
    if (!seatIds) throw new LoadError('NO_SEATS_IN_SIGHT', `event ${event.id}`);
    const lines = [{ ticketTypeId: event.ticketTypeId, seatIds }];
    const wish = { event, cart: { eventId: event.id, lines } };
    try {
      const ordered = await visit.orders(wish, await visit.holds(wish));
      await visit.pays(ordered);
      return;
    } catch (error) {
      const gone = error instanceof LoadError ? error.refusal?.seatIds : undefined;
      if (!gone || choices === MAX_CHOICES) throw error;
      map.areTaken(gone);
    }
  }
}

/** One cart of all ticket types of an event, of seats or of units. */
export async function buysOfSeveralTypes(visit: Visit): Promise<void> {
  const { standing, seated } = visit.market;
  const severalTypes = [...standing, ...seated.map(({ pools }: SeatedSale) => pools)].filter(
    (pools) => pools.length > 1,
  );
  const pools = visit.oneOf([visit.market.small, ...severalTypes]);
  const lines = pools.map(({ ticketTypeId }) => ({ ticketTypeId, quantity: 1 }));
  await visit.buys({ event: pools[0], cart: { eventId: pools[0].id, lines } });
}

/** As an impatient person with two windows: the same order and the same payment, twice at once. */
export async function doesEverythingTwice(visit: Visit): Promise<void> {
  const wish = visit.someUnits();
  const holdId = await visit.holds(wish);
  const key = randomIds.uuid();
  const both = [visit.orders(wish, holdId, key), visit.orders(wish, holdId, key)] as const;
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
  await visit.persist(() =>
    visit.visitor.extend(visit.buyer, holdId).catch((error: unknown) => {
      // The answer to the first time was lost.
      if (!(error instanceof LoadError) || error.kind !== 'ALREADY_EXTENDED') throw error;
    }),
  );
  await visit.pays(await visit.orders(wish, holdId));
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
