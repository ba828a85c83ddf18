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
  payBy: Date;
  lines: { ticketTypeId: string; quantity: number; unitPrice: Money; seats?: { seatId: string }[] }[];
  total: Money;
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
  /** Rises with each change of the pools. */
  seq: number;
  pools: Record<string, { capacity: number; sold: number; revenue: number }>;
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
  intentId?: string;
  state: PaymentState;
  amount: Money;
  /** Those with a known outcome; `refusal` is the provider's. */
  refunds?: { refundId: string; amount: Money; refusal?: string }[];
  /** What the provider was asked to do, and has not been heard to have done. */
  operation?: { kind: string };
}

export interface LedgerDocument {
  /** `<payment id>:CAPTURE` or `<payment id>:REFUND:<refund id>` */
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
  status: string;
  /** Minor units that were paid back. */
  refunded?: number;
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
const ON_ITS_WAY: readonly OrderState[] = ['CLAIMING', 'CONFIRMED', 'ISSUING', 'CANCELLING', 'REFUNDING'];

export const ORDERS_ON_THEIR_WAY: OrderState[] = [...ON_ITS_WAY];

/** Issued by a member: no account's limit counts it, and no payment provider hears of it. */
export function isFromDesk({ channel }: Pick<OrderDocument, 'channel'>): boolean {
  return channel === 'COMPLIMENTARY' || channel === 'BOX_OFFICE';
}

/** What units were charged, in minor units. */
export function priceOf(lines: OrderDocument['lines']): number {
  return lines.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice.amount, 0);
}

/** What a payment has paid back, in minor units. */
export function paidBack({ refunds = [] }: Pick<PaymentDocument, 'refunds'>): number {
  return refunds
    .filter(({ refusal }) => refusal === undefined)
    .reduce((sum, { amount }) => sum + amount.amount, 0);
}

export function isOnItsWay({ state }: Pick<OrderDocument, 'state'>): boolean {
  return ON_ITS_WAY.includes(state);
}

export function unitsOf({ lines }: Pick<OrderDocument, 'lines'>): number {
  return lines.reduce((sum, { quantity }) => sum + quantity, 0);
}
