import { LoadError } from '../../../load/tally.ts';
import { ACCOUNT_FOR_ORDER, type AccountedOrder } from '../../../sale/documents.ts';
import type { Ordered, Visit } from '../visit.ts';
import { CARDS } from './cards.ts';

export async function givesTheOrderBack(visit: Visit): Promise<void> {
  await givesAllBack(visit, await visit.buys(visit.someUnits()));
}

/** The provider carries the refund out, and its answer is lost. */
export async function isRefundedWithoutAnAnswer(visit: Visit): Promise<void> {
  await givesAllBack(visit, await visit.buys(visit.someUnits(), CARDS.losesRefund));
}

/** Two members take the same ticket back at once: it is paid once. */
export async function givesATicketBack(visit: Visit): Promise<void> {
  const ordered = await visit.buys(visit.someUnits(2));
  const { tickets } = await visit.persist(() => lookAt(visit, ordered));
  const [ticket] = tickets;
  if (!ticket) throw new LoadError('NO_TICKETS', `order ${ordered.placed.order.id}`);
  visit.note(ordered, { isAskedBack: true });
  const takeBack = () => visit.persist(() => visit.desk.takeBack(ordered.placed.order.id, [ticket.id]));
  await Promise.all([takeBack(), takeBack()]);
  visit.note(ordered, { takenBack: [ticket.id] });
}

/** The provider refuses the refund; the organizer tries again. The event is one that stays on sale. */
export async function isRefundedAtTheSecondTry(visit: Visit): Promise<void> {
  const { lasting } = visit.market;
  const ordered = await visit.buys(visit.unitsOf(lasting[0]), CARDS.refusesFirstRefund);
  const { id } = ordered.placed.order;
  visit.note(ordered, { isAskedBack: true, mayBeRefused: true });
  await visit.persist(() => visit.desk.takeBack(id));
  visit.note(ordered, { takenBack: 'ALL' });
  await visit.persist(async () => {
    const { refunds } = await lookAt(visit, ordered);
    if (refunds.every(({ status }) => status !== 'FAILED')) throw new LoadError('NOT_REFUSED', `order ${id}`);
  });
  await visit.persist(() => visit.desk.retryRefund(id));
  visit.note(ordered, { mayBeRefused: false });
}

async function givesAllBack(visit: Visit, ordered: Ordered): Promise<void> {
  visit.note(ordered, { isAskedBack: true });
  await visit.persist(() => visit.desk.takeBack(ordered.placed.order.id));
  visit.note(ordered, { takenBack: 'ALL' });
}

async function lookAt({ graph, buyer }: Visit, { placed }: Ordered): Promise<AccountedOrder> {
  const order = await graph.ask(ACCOUNT_FOR_ORDER, { id: placed.order.id }, buyer.token);
  if (!order) throw new LoadError('NO_ORDER', `order ${placed.order.id} is gone`);
  return order;
}
