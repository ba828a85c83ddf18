import type { OrderState, PaymentState } from '#contracts';
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
  lines: { ticketTypeId: string; quantity: number; unitPrice: Money }[];
  total: Money;
  refunds?: OrderRefundDocument[];
  /** While a refund of it waits for a person. */
  refundFailedAt?: Date;
  /** When it is next looked at by itself. */
  driveAt?: Date;
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
}

export interface InventoryDocument {
  _id: string;
  open: boolean;
  /** Rises with each change of the pools. */
  seq: number;
  pools: Record<string, { capacity: number; sold: number }>;
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
  /** What the provider is being asked to do. */
  operation?: object;
  /** Those with a known outcome; `refusal` is the provider's. */
  refunds?: { refundId: string; amount: Money; refusal?: string }[];
}

export interface LedgerDocument {
  /** `<payment id>:CAPTURE` for a capture. */
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
  /** Minor units. */
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
