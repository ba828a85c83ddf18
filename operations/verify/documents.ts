import type { OrderState, PaymentState, SalesChannel } from '#contracts';
import type { Money } from '#kernel';

/** The documents of the services, as far as the invariants speak of them. Each service owns its own shapes. */
export interface OrderDocument {
  _id: string;
  state: OrderState;
  holdId: string;
  idempotencyKey: string;
  eventId: string;
  buyerId: string;
  placedAt: Date;
  payBy: Date;
  lines: { ticketTypeId: string; quantity: number; unitPrice: Money; seats?: { seatId: string }[] }[];
  total: Money;
  /** Of an order that was claimed: units sold of the whole event right after its own. */
  unitsSoldAfter?: number;
  /** Without it: ONLINE. */
  channel?: SalesChannel;
  /** Of a door sale. */
  paidBy?: string;
  /** Tickets that were taken back, each in one of them. */
  returns?: OrderReturnDocument[];
  refunds?: OrderRefundDocument[];
  /** While a refund of it waits for a person. */
  refundFailedAt?: Date;
  /** When it is next looked at by itself. */
  driveAt?: Date;
}

export interface OrderReturnDocument {
  ticketIds: string[];
  lines: OrderDocument['lines'];
  /** When its units were given back. */
  doneAt?: Date;
}

export interface OrderRefundDocument {
  refundId: string;
  amount: Money;
  status: 'PLANNED' | 'REQUESTED' | 'PAID' | 'FAILED' | 'NEEDLESS';
  plannedAt: Date;
  failureCode?: string;
}

export interface TicketDocument {
  _id: string;
  eventId: string;
  orderId: string;
  ticketTypeId: string;
  status: 'VALID' | 'VOID';
  /** Absent for a unit of a pool. */
  seat?: { seatId: string };
}

export interface SeatClaimDocument {
  /** `<event id>:<seat id>` */
  _id: string;
  orderId: string;
  /** While nobody has looked whether its order still holds it. */
  checkAt?: Date;
}

export interface InventoryDocument {
  _id: string;
  open: boolean;
  /** Claims and returns so far. */
  seq: number;
  /** How many of them stand in the sales log; undefined until there is one. */
  logged?: number;
  /** How many were made before there was a log, and never stand in it. */
  logBegins?: number;
  pools: Record<string, { capacity: number; sold: number; revenue: number }>;
  /** The newest claims, returns and refusals, oldest first. */
  moves?: (SaleDocument | { kind: 'REFUSAL' })[];
}

/** A claim or a return of units: in the log with its place, in an inventory without. */
export interface SaleDocument {
  eventId: string;
  /** 1, 2, 3, … of its event. */
  seq: number;
  kind: 'CLAIM' | 'RETURN';
  at: Date;
  orderId: string;
  /** `amount`: minor units, of all units of the line. */
  lines: { ticketTypeId: string; quantity: number; amount: number }[];
  /** Of the whole event, right after it. */
  unitsSold: number;
}

export interface AllowanceDocument {
  _id: string;
  eventId: string;
  accountId: string;
  total: number;
  orders: string[];
  /** The same units by ticket type. */
  byType?: Record<string, number>;
}

export interface EventCopyDocument {
  _id: string;
  maxPerAccount: number;
  ticketTypes?: { ticketTypeId: string; maxPerAccount?: number }[];
}

export interface PaymentDocument {
  /** The order's id. */
  _id: string;
  paymentId: string;
  /** Name of the provider. */
  provider: string;
  /** The provider's id of it, once it has answered. */
  intentId?: string;
  state: PaymentState;
  amount: Money;
  /** Those with a known outcome; `refusal` is the provider's, also of one that came back after it was paid. */
  refunds?: { refundId: string; amount: Money; refusal?: string }[];
  /** What the provider was asked to do, and has not been heard to have done. */
  operation?: { kind: string };
  /** In which banks have taken money from the provider. */
  disputes?: { disputeId: string; amount: Money; isReinstated: boolean }[];
  /** Refunds that may have come back, about which the provider is to be asked. */
  doubts?: string[];
}

export interface LedgerDocument {
  /**
   * `<payment id>:CAPTURE`, `<payment id>:REFUND:<refund id>`, or the same with REVERSAL: that refund came
   * back. `<payment id>:DISPUTE:<dispute id>`, and the same with REINSTATEMENT: the bank has given the money again.
   */
  _id: string;
  kind: string;
  orderId: string;
  currency: string;
  /** A debit is positive, a credit negative. */
  entries: { account: string; amount: number }[];
}

/** Of the built-in provider, which keeps books of its own. */
export interface IntentDocument {
  _id: string;
  orderId: string;
  amount: Money;
  status: 'OPEN' | 'AUTHORIZED' | 'CAPTURED' | 'VOIDED';
  /** Minor units that were paid back. */
  refunded?: number;
  /** Of all of it; `moved`: what a bank has done with the money. */
  dispute?: { moved?: 'WITHDRAWN' | 'REINSTATED' };
}

export interface AdmissionDocument {
  /** The ticket's id. */
  _id: string;
  version: number;
  inside: boolean;
  movements: { scanId: string; direction: 'ENTRY' | 'EXIT' }[];
}

export interface ScanDocument {
  _id: string;
  ticketId?: string;
  /** Absent while it is being decided. */
  decision?: 'ADMITTED' | 'REFUSED' | 'NEEDS_ATTENTION';
}

/** States that an order passes through by itself, within moments: what depends on it is not judged meanwhile. */
export const ORDERS_ON_THEIR_WAY: OrderState[] = [
  'CLAIMING',
  'CONFIRMED',
  'ISSUING',
  'CANCELLING',
  'REFUNDING',
];

/** Issued by a member: no account's limit counts it, and no payment provider hears of it. */
export function isFromDesk({ channel }: Pick<OrderDocument, 'channel'>): boolean {
  return channel === 'COMPLIMENTARY' || channel === 'BOX_OFFICE';
}

/** What units were charged, in minor units. */
export function priceOf(lines: OrderDocument['lines']): number {
  return lines.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice.amount, 0);
}

/** The buyer's money was taken; some or all of it may be back. */
export function isTaken({ state }: Pick<PaymentDocument, 'state'>): boolean {
  return state === 'CAPTURED' || state === 'REFUNDED';
}

/** Something of the payment is not known for sure yet, and the provider is asked about it. */
export function isUnsettled({ operation, doubts }: Pick<PaymentDocument, 'operation' | 'doubts'>): boolean {
  return operation !== undefined || doubts !== undefined;
}

/** What banks have taken from the provider, and not given again, in minor units. */
export function disputed({ disputes = [] }: Pick<PaymentDocument, 'disputes'>): number {
  return disputes.reduce((sum, { amount, isReinstated }) => sum + (isReinstated ? 0 : amount.amount), 0);
}

/** What a payment has paid back, in minor units. */
export function paidBack({ refunds = [] }: Pick<PaymentDocument, 'refunds'>): number {
  return refunds
    .filter(({ refusal }) => refusal === undefined)
    .reduce((sum, { amount }) => sum + amount.amount, 0);
}

export function isOnItsWay({ state }: Pick<OrderDocument, 'state'>): boolean {
  return ORDERS_ON_THEIR_WAY.includes(state);
}

export function unitsOf({ lines }: Pick<OrderDocument, 'lines'>): number {
  return lines.reduce((sum, { quantity }) => sum + quantity, 0);
}
