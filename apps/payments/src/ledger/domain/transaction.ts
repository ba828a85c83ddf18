import type { Money } from '#kernel';

/** One movement of money, in double entry: its entries sum to zero. Written once, never changed. */
export interface LedgerTransaction {
  /** Payment, kind and, of a refund or a dispute, its id: a movement is booked once, however often it is written. */
  readonly id: string;
  readonly kind: 'CAPTURE' | 'REFUND' | 'REVERSAL' | 'DISPUTE' | 'REINSTATEMENT';
  readonly orderId: string;
  readonly eventId: string;
  /** ISO 4217, of every entry. */
  readonly currency: string;
  readonly entries: readonly LedgerEntry[];
  readonly bookedAt: Date;
}

export interface LedgerEntry {
  readonly account: string;
  /** Minor units: a debit is positive, a credit negative. */
  readonly amount: number;
}

/** What a provider has taken from buyers and owes the platform. */
export function providerClearing(provider: string): string {
  return `provider:${provider}:clearing`;
}

/** What banks have taken from a provider in disputes. Who bears it in the end is not decided here. */
export function providerDisputed(provider: string): string {
  return `provider:${provider}:disputed`;
}

/** What the platform owes an organization. */
export function organizationPayable(organizationId: string): string {
  return `organization:${organizationId}:payable`;
}

export interface CapturedMoney {
  readonly paymentId: string;
  readonly orderId: string;
  readonly eventId: string;
  readonly amount: Money;
  readonly provider: string;
  readonly organizationId: string;
}

/** The buyer's money is taken: the provider owes it to the platform, and the platform to the organization. */
export function captureTransaction(captured: CapturedMoney, bookedAt: Date): LedgerTransaction {
  const { paymentId, orderId, eventId, amount } = captured;
  return {
    id: `${paymentId}:CAPTURE`,
    kind: 'CAPTURE',
    orderId,
    eventId,
    currency: amount.currency,
    entries: moved(
      amount.amount,
      providerClearing(captured.provider),
      organizationPayable(captured.organizationId),
    ),
    bookedAt,
  };
}

export interface RefundedMoney extends CapturedMoney {
  readonly refundId: string;
}

/** The buyer has money back: the provider owes the platform less, and the platform the organization. */
export function refundTransaction(refunded: RefundedMoney, bookedAt: Date): LedgerTransaction {
  const { paymentId, refundId, orderId, eventId, amount } = refunded;
  return {
    id: `${paymentId}:REFUND:${refundId}`,
    kind: 'REFUND',
    orderId,
    eventId,
    currency: amount.currency,
    entries: moved(
      amount.amount,
      organizationPayable(refunded.organizationId),
      providerClearing(refunded.provider),
    ),
    bookedAt,
  };
}

/**
 * The refund has come back from the bank: what was booked for it is booked the other way round. The refund itself stays,
 * since a ledger only ever grows.
 */
export function reversalTransaction(refunded: RefundedMoney, bookedAt: Date): LedgerTransaction {
  const { paymentId, refundId, provider, organizationId, amount } = refunded;
  return {
    ...refundTransaction(refunded, bookedAt),
    id: `${paymentId}:REVERSAL:${refundId}`,
    kind: 'REVERSAL',
    entries: moved(amount.amount, providerClearing(provider), organizationPayable(organizationId)),
  };
}

export interface DisputedMoney extends Omit<CapturedMoney, 'organizationId'> {
  readonly disputeId: string;
}

/** A bank has taken the money: the provider owes the platform less. What the organization is owed stays as it is. */
export function disputeTransaction(disputed: DisputedMoney, bookedAt: Date): LedgerTransaction {
  const { paymentId, disputeId, orderId, eventId, amount, provider } = disputed;
  return {
    id: `${paymentId}:DISPUTE:${disputeId}`,
    kind: 'DISPUTE',
    orderId,
    eventId,
    currency: amount.currency,
    entries: moved(amount.amount, providerDisputed(provider), providerClearing(provider)),
    bookedAt,
  };
}

/** The dispute is won: the bank has given the money again. */
export function reinstatementTransaction(disputed: DisputedMoney, bookedAt: Date): LedgerTransaction {
  const { paymentId, disputeId, amount, provider } = disputed;
  return {
    ...disputeTransaction(disputed, bookedAt),
    id: `${paymentId}:REINSTATEMENT:${disputeId}`,
    kind: 'REINSTATEMENT',
    entries: moved(amount.amount, providerClearing(provider), providerDisputed(provider)),
  };
}

/** The only maker of entries, so that none can be out of balance. */
function moved(amount: number, debit: string, credit: string): LedgerEntry[] {
  return [
    { account: debit, amount },
    { account: credit, amount: -amount },
  ];
}
