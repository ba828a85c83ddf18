import { randomIds } from '#kernel';
import { LoadError } from '../../../load/tally.ts';
import { type DeskOrder, LOOK_AT_CAPACITIES } from '../../../sale/documents.ts';
import type { Visit, Wish } from '../visit.ts';

const FEW_UNITS = 100;
const MOST_UNITS_CUT = 60;
const STATES_OF_NO_USE = ['CANCELLING', 'CANCELLED', 'REFUNDING', 'REFUNDED'];

export async function getsInForNothing(visit: Visit): Promise<void> {
  const wish = visit.someUnits();
  const key = randomIds.uuid();
  note(visit, wish, await visit.persist(() => visit.desk.giveAway(wish.cart, key)));
}

/** The clerk presses the button twice: it is one sale. */
export async function paysAtTheDoor(visit: Visit): Promise<void> {
  const wish = visit.someUnits();
  const key = randomIds.uuid();
  const sell = () => visit.persist(() => visit.desk.sellAtDoor(wish.cart, key));
  const [order, again] = await Promise.all([sell(), sell()]);
  if (order.id !== again.id) visit.contradicts(`key ${key} sold ${order.id} and ${again.id} at the door`);
  note(visit, wish, order);
  note(visit, wish, again);
}

/** Cuts a pool of the small event, or gives it more when little is left, and waits for what is decided. */
export async function changesACapacity(visit: Visit): Promise<void> {
  const { market, graph, desk, memory } = visit;
  const event = visit.oneOf(market.small);
  const look = async () => {
    const found = await graph.ask(LOOK_AT_CAPACITIES, { id: event.id }, undefined);
    const type = found?.ticketTypes.find(({ id }) => id === event.ticketTypeId);
    if (!type) throw new LoadError('NO_TICKET_TYPE', `event ${event.id}`);
    return type;
  };
  const { capacity } = await visit.persist(look);
  const cut = 1 + Math.floor(market.random() * MOST_UNITS_CUT);
  const wanted = capacity > FEW_UNITS ? capacity - cut : capacity + FEW_UNITS;
  memory.answers.capacityWasAsked(event);
  await visit.persist(() => desk.changeCapacity(event.ticketTypeId, wanted));
  await visit.persist(async () => {
    const { capacityChange: change } = await look();
    if (change?.status === 'PENDING') throw new LoadError('NOT_DECIDED', `event ${event.id}`);
  });
}

/** An order that was answered while it was on its way may still find its units gone. */
function note(visit: Visit, { event }: Wish, { id, state, tickets }: DeskOrder): void {
  const placed = { order: { id }, paymentToken: '' };
  const ticketId = state === 'COMPLETED' ? tickets[0]?.id : undefined;
  if (state === 'COMPLETED' && ticketId === undefined)
    visit.contradicts(`desk order ${id} was answered as completed without tickets`);
  const said = { buyer: visit.market.organizer, isPaid: true, isFromDesk: true, ticketId };
  visit.note({ placed, event }, said);
  if (STATES_OF_NO_USE.includes(state)) throw new LoadError(state, `desk order ${id}`);
}
