import type { Account } from '../house/accounts.ts';
import type { Acknowledgement } from './buyer.ts';
import type { AccountedOrder } from './documents.ts';
import type { EventOnSale } from './season.ts';

/** An order, and the most that the platform has answered for it. */
export interface AcknowledgedOrder extends Acknowledgement {
  readonly buyer: Account;
  readonly event: EventOnSale;
  /** The organizer was asked to take it, or tickets of it, back, whether or not that was answered. */
  readonly isAskedBack?: boolean;
  /** The organizer was answered that these tickets are taken back: all of them, or some. */
  readonly takenBack?: 'ALL' | readonly string[];
  /** Its refund is refused until it is asked for again, and that was not answered yet. */
  readonly mayBeRefused?: boolean;
  /** Nobody can have paid it: its card was never approved. */
  readonly isUnpayable?: boolean;
  /** Issued at the desk: the platform takes no money for it. */
  readonly isFromDesk?: boolean;
}

/** Whether the organizer has asked to cancel an event, and whether that was answered. */
export type Cancellation = 'NONE' | 'ASKED' | 'ANSWERED';

export type Fate =
  /** It has its tickets, or those that it was to keep. */
  | { readonly kind: 'COMPLETED' }
  /** Paid, and ended without tickets, its payment not taken or given back. */
  | { readonly kind: 'GIVEN_BACK' }
  | { readonly kind: 'UNPAID' }
  /** On its way to what was answered for it. */
  | { readonly kind: 'UNSETTLED'; readonly why: string }
  /** It can no longer become what was answered for it. */
  | { readonly kind: 'LOST'; readonly why: string };

const COMPLETED: Fate = { kind: 'COMPLETED' };
const GIVEN_BACK: Fate = { kind: 'GIVEN_BACK' };
const UNPAID: Fate = { kind: 'UNPAID' };

/** Ends of a payment in which the platform keeps no money. */
const NO_MONEY_KEPT = ['FAILED', 'VOIDED', 'REFUNDED'];
const ENDED_WITHOUT_TICKETS = ['EXPIRED', 'CANCELLED', 'REFUNDED'];

type Known = Pick<AcknowledgedOrder, 'isPaid' | 'ticketId'> & Partial<AcknowledgedOrder>;

/** What has become of an order, held against what the platform had answered for it. */
export function fateOf(
  order: AccountedOrder | null,
  known: Known,
  cancellation: Cancellation = 'NONE',
): Fate {
  if (!order) return lost('it is gone');
  if (known.isUnpayable && validTickets(order).length > 0) return lost('it has tickets, and nobody paid');
  if (cancellation === 'ANSWERED') return fateOfCancelled(order);
  if (known.mayBeRefused && order.refunds.some(({ status }) => status === 'FAILED')) return GIVEN_BACK;
  if (known.takenBack !== undefined) return fateOfTakenBack(order, known.takenBack, cancellation);
  const mayBeUndone = known.isAskedBack === true || cancellation === 'ASKED';
  if (order.state === 'COMPLETED') return fateOfCompleted(order, known);
  if (mayBeUndone && order.state === 'PARTIALLY_REFUNDED')
    return validTickets(order).length > 0 ? COMPLETED : lost('none of its tickets is left');
  if (known.ticketId !== undefined && !mayBeUndone)
    return lost(`its ticket was seen, and it is ${order.state}`);
  if (!known.isPaid) return UNPAID;
  return keepsNoMoney(order, known) ? GIVEN_BACK : unsettled(order);
}

/** A ticket that its buyer has seen stays, unless it was asked to be taken back. */
function fateOfCompleted(order: AccountedOrder, { ticketId, isUnpayable }: Known): Fate {
  const valid = validTickets(order);
  if (isUnpayable) return lost('it is completed, and nobody paid');
  if (valid.length === 0 || valid.length < order.tickets.length)
    return lost(`it is completed with ${valid.length} valid of ${order.tickets.length} tickets`);
  if (ticketId !== undefined && !valid.includes(ticketId))
    return lost('its ticket was seen, and it has others');
  return COMPLETED;
}

/** No ticket of it is valid and no money is kept. */
function fateOfCancelled(order: AccountedOrder): Fate {
  const isOver =
    ENDED_WITHOUT_TICKETS.includes(order.state) &&
    validTickets(order).length === 0 &&
    (order.payment === null || NO_MONEY_KEPT.includes(order.payment.state));
  return isOver ? GIVEN_BACK : unsettled(order, 'its event is cancelled');
}

/** What an answered refund takes back is void and paid; the rest stays, unless its event is cancelled. */
function fateOfTakenBack(
  order: AccountedOrder,
  takenBack: 'ALL' | readonly string[],
  cancellation: Cancellation,
): Fate {
  const { state, refunds } = order;
  if (state === 'COMPLETED') return lost('its refund was answered, and it is completed');
  if (state === 'REFUNDING') return unsettled(order, `refunds ${refunds.map(({ status }) => status).join()}`);
  const valid = validTickets(order);
  const unpaid = refunds.filter(({ status }) => status !== 'PAID');
  if (unpaid.length > 0 || refunds.length === 0) return lost(`it is ${state}, and its refund is not paid`);
  if (takenBack === 'ALL' || state === 'REFUNDED')
    return takenBack !== 'ALL' && cancellation === 'NONE'
      ? lost('all of it was taken back, where a part was asked for')
      : fateOfCancelled(order);
  if (takenBack.some((id) => valid.includes(id))) return lost('a ticket that was taken back is valid');
  return valid.length === order.tickets.length - takenBack.length
    ? COMPLETED
    : lost(`${valid.length} of its tickets are valid, ${takenBack.length} were taken back`);
}

function keepsNoMoney({ payment }: AccountedOrder, { isFromDesk }: Known): boolean {
  return payment === null ? isFromDesk === true : NO_MONEY_KEPT.includes(payment.state);
}

function validTickets({ tickets }: AccountedOrder): string[] {
  return tickets.filter(({ status }) => status === 'VALID').map(({ id }) => id);
}

function lost(why: string): Fate {
  return { kind: 'LOST', why };
}

function unsettled({ state, payment }: AccountedOrder, why = 'it is paid'): Fate {
  return { kind: 'UNSETTLED', why: `${why}, and it is ${state}, its payment ${payment?.state ?? 'none'}` };
}
