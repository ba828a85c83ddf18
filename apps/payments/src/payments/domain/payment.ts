import type { PaymentState } from '#contracts';
import type { Money } from '#kernel';
import type { Dispute } from './dispute.ts';
import { awaitsBuyer, INVALID_METHOD, type Operation, type Outcome, type Refund } from './operation.ts';
import { type OrderCopy, type RequestedRefund, verdictOf } from './order-copy.ts';

/**
 * The one payment of an order.
 *
 * ```
 * PENDING ──authorize──▶ AUTHORIZED ──capture (order confirmed)──▶ CAPTURED ──refund──▶ REFUNDED
 *  │  ▲                   │    └─────void (order ended)──────────▶ VOIDED
 *  │  └─ declined         └──────capture refused─────────────────▶ FAILED
 *  ├──── order ended, or no tries left ──────────────────────────▶ FAILED
 *  └──── order ended while the buyer was to approve, or before
 *        the provider had heard of a try ────────────────────────▶ VOIDED
 * ```
 *
 * A payment is REFUNDED once all of it is paid back; until then it stays CAPTURED, also when the provider refuses to. A
 * refund that was paid can come back from the bank months later: then it is one that is refused (see `refund-doubts.ts`).
 * Each refund is asked for by an id of `tickets` and carried out once; one that is refused is asked for again under
 * another id, since a provider answers an old idempotency key with the old refusal.
 *
 * A decline is no end: the payment stays PENDING with the decline's code, and the order may be paid by another try
 * until its `payBy`. Every payment that has not come to an end has a `dueAt`, at which the sweep looks at it: that is
 * what heals a process killed between any two steps.
 */
export interface Payment {
  readonly orderId: string;
  readonly paymentId: string;
  readonly eventId: string;
  readonly buyerId: string;
  readonly amount: Money;
  /** Name of the provider, e.g. `test`. */
  readonly provider: string;
  /** The provider's id of this payment, known once it has answered. */
  readonly intentId?: string;
  readonly payBy: Date;
  readonly state: PaymentState;
  /** Stable code of the last refusal. */
  readonly failureCode?: string;
  /** Refunds with a known outcome: the paid ones, and the refused ones that the order still names. */
  readonly refunds?: readonly SettledRefund[];
  /** Refunds, by their ids, of which the provider has told something after they were paid: it is to be asked again. */
  readonly doubts?: readonly string[];
  /** Those in which a bank has taken money from the provider. */
  readonly disputes?: readonly Dispute[];
  /** A refund was asked for while an operation was without its outcome: it is begun after that. */
  readonly refundWaits?: boolean;
  /** What the provider was, or is about to be, asked to do; its outcome is not known. */
  readonly operation?: Operation;
  /** Tries to pay, begun so far. */
  readonly tries: number;
  /** When the sweep looks at the payment next. None for a payment that has come to its end. */
  readonly dueAt?: Date;
  /** Rises with each change that others can see, which is also a fact. 0 until the first. */
  readonly version: number;
  /** Rises with every write: what conditional updates compare. */
  readonly revision: number;
  readonly createdAt: Date;
  /** Of the last change that others can see. */
  readonly updatedAt: Date;
}

export interface SettledRefund {
  readonly refundId: string;
  readonly amount: Money;
  /** Stable code of the provider's refusal, also of a refund that came back; undefined when it is paid. */
  readonly refusal?: string;
}

/** A payment with an operation whose outcome is not known. */
export type BusyPayment = Payment & { readonly operation: Operation };

/** What a payment token vouches for. */
export type Payable = Pick<Payment, 'orderId' | 'eventId' | 'buyerId' | 'amount' | 'payBy'>;

/** Tries per order. It keeps the journal short, and is of no use to those who test stolen cards by the thousand. */
export const MAX_TRIES = 10;

/** An operation without an outcome, or an authorization without a decision, is looked at again after this long … */
export const FIRST_LOOK_MS = 5_000;
/** … then after as long as it has waited so far, but at least this often. */
const LOOK_AT_LEAST_EVERY_MS = 60_000;

/** A payment as it is before its first try. */
export function openPayment(payable: Payable, paymentId: string, provider: string, now: Date): Payment {
  const { orderId, eventId, buyerId, amount, payBy } = payable;
  return {
    orderId,
    paymentId,
    eventId,
    buyerId,
    amount,
    provider,
    payBy,
    state: 'PENDING',
    tries: 0,
    version: 0,
    revision: 0,
    createdAt: now,
    updatedAt: now,
  };
}

export function isBusy(payment: Payment): payment is BusyPayment {
  return payment.operation !== undefined;
}

/** The buyer's money is taken, or reserved and not about to be given free: there is nothing left to pay. */
export function isPaid({ state, operation }: Payment): boolean {
  return state === 'CAPTURED' || (state === 'AUTHORIZED' && operation?.kind !== 'VOID');
}

/** Writes down the next try. Only for a payment that is payable: see `whyNotPayable`. */
export function beginTry(payment: Payment, method: string, now: Date): BusyPayment {
  const tries = payment.tries + 1;
  const key = `${payment.paymentId}:authorize:${tries}`;
  return { ...begin(payment, { kind: 'AUTHORIZE', key, method, startedAt: now }, now), tries };
}

/**
 * The next step that the order's state asks for: an operation written down, or the end of a payment that was never
 * authorized. Undefined when there is none, also while an operation is without its outcome: one at a time, and whoever
 * records the outcome asks here again.
 */
export function settle(payment: Payment, order: OrderCopy, now: Date): Payment | undefined {
  const verdict = verdictOf(order.state);
  if (isBusy(payment)) {
    // The provider has answered the call and waits for the buyer, perhaps for ever: once it voids, no approval counts.
    const isOver = verdict === 'LAPSE' || verdict === 'RELEASE' || verdict === 'GIVE_BACK';
    const isWithdrawn = isOver && awaitsBuyer(payment.operation);
    return isWithdrawn ? beginVoid(payment, now) : noteWaitingRefund(payment, order);
  }
  switch (payment.state) {
    case 'PENDING':
      return verdict === 'WAIT' || verdict === 'TAKE' ? undefined : change(payment, { state: 'FAILED' }, now);
    case 'AUTHORIZED': {
      if (verdict === 'WAIT' || verdict === 'LAPSE') return undefined;
      if (verdict === 'RELEASE' || verdict === 'GIVE_BACK') return beginVoid(payment, now);
      const { organizationId } = order;
      return begin(
        payment,
        { kind: 'CAPTURE', key: `${payment.paymentId}:capture`, organizationId, startedAt: now },
        now,
      );
    }
    case 'CAPTURED':
      return beginRefund(payment, order, now);
    case 'FAILED':
    case 'VOIDED':
    case 'REFUNDED':
      return undefined;
  }
}

/**
 * The payment after the provider has told what became of its operation. `intentId`: undefined when the provider refused
 * even to open one.
 */
export function record(payment: Payment, intentId: string | undefined, outcome: Outcome, now: Date): Payment {
  const { operation, ...rest } = payment;
  if (!operation) throw new Error(`payment ${payment.paymentId} has no operation to record an outcome of`);
  const idle = { ...rest, intentId };
  switch (operation.kind) {
    case 'AUTHORIZE':
      return outcome.result === 'DONE'
        ? change(idle, { state: 'AUTHORIZED', failureCode: undefined }, now)
        : declined(idle, outcome.code, now);
    case 'CAPTURE':
      return outcome.result === 'DONE'
        ? change(idle, { state: 'CAPTURED' }, now)
        : change(idle, { state: 'FAILED', failureCode: outcome.code }, now);
    case 'VOID':
      if (outcome.result === 'DONE') return change(idle, { state: 'VOIDED' }, now);
      // It contradicts what the provider said before, and no rule of ours can tell which is true: people must look.
      throw new Error(`the provider refuses to void payment ${payment.paymentId}: ${outcome.code}`);
    case 'REFUND':
      return refunded(idle, operation, outcome, now);
  }
}

/** The payment with the provider's id of it, learnt without an outcome. */
export function withIntent(payment: Payment, intentId: string | undefined): Payment {
  return { ...payment, intentId, revision: payment.revision + 1 };
}

/** The payment with its next look put off. Writing it also claims the look that is due, among several instances. */
export function postpone(payment: Payment, now: Date): Payment {
  return { ...payment, revision: payment.revision + 1, dueAt: nextLook(payment, now) };
}

/** Writes down that nothing of the payment is to be taken any more. */
export function beginVoid(payment: Payment, now: Date): BusyPayment {
  return begin(payment, { kind: 'VOID', key: `${payment.paymentId}:void`, startedAt: now }, now);
}

function declined(payment: Payment, code: string, now: Date): Payment {
  if (payment.tries >= MAX_TRIES) return change(payment, { state: 'FAILED', failureCode: code }, now);
  // A method that does not exist was never put to a bank: nothing happened that others should hear of.
  if (code === INVALID_METHOD) return postpone(payment, now);
  return change(payment, { failureCode: code }, now);
}

function refunded(payment: Payment, { refundId, amount }: Refund, outcome: Outcome, now: Date): Payment {
  const refusal = outcome.result === 'DONE' ? undefined : outcome.code;
  const refunds = [...(payment.refunds ?? []), { refundId, amount, refusal }];
  const isWhole = paidBack(refunds) === payment.amount.amount;
  const settled = refusal === undefined ? payment : withoutDoubt(payment, refundId);
  return change(settled, { refunds, state: isWhole ? 'REFUNDED' : 'CAPTURED' }, now);
}

export function withoutDoubt(payment: Payment, refundId: string): Payment {
  const doubts = payment.doubts?.filter((id) => id !== refundId);
  return { ...payment, doubts: doubts?.length ? doubts : undefined };
}

/** What was paid back, in minor units of the payment's currency. */
export function paidBack(refunds: readonly SettledRefund[] = []): number {
  const paid = refunds.filter(({ refusal }) => refusal === undefined);
  return paid.reduce((sum, { amount }) => sum + amount.amount, 0);
}

/** The provider's idempotency key of a refund, by which it also knows it later. */
export function refundKey({ paymentId }: Pick<Payment, 'paymentId'>, refundId: string): string {
  return `${paymentId}:refund:${refundId}`;
}

/** Refunds that the order asks for and nobody has begun. */
function refundsToBegin({ refunds = [], operation }: Payment, order: OrderCopy): RequestedRefund[] {
  const known = new Set(refunds.map(({ refundId }) => refundId));
  if (operation?.kind === 'REFUND') known.add(operation.refundId);
  return (order.refunds ?? []).filter(({ refundId }) => !known.has(refundId));
}

function beginRefund(payment: Payment, order: OrderCopy, now: Date): BusyPayment | undefined {
  const [first, ...rest] = refundsToBegin(payment, order);
  if (!first) return undefined;
  const { refundId, amount } = first;
  const asked = new Set(order.refunds?.map((refund) => refund.refundId));
  // Refusals that the order names no more are history: the order has asked again, under another id.
  const refunds = payment.refunds?.filter((refund) => !refund.refusal || asked.has(refund.refundId));
  const { organizationId } = order;
  const key = refundKey(payment, refundId);
  const operation = { kind: 'REFUND', key, refundId, amount, organizationId, startedAt: now } as const;
  return begin({ ...payment, refunds, refundWaits: rest.length > 0 || undefined }, operation, now);
}

/**
 * Writes down that a refund waits for the outcome of an operation. Whoever records the outcome begins it, or, if that
 * process dies, the sweep: without this, nobody would look at a captured payment again.
 */
function noteWaitingRefund(payment: BusyPayment, order: OrderCopy): Payment | undefined {
  if (payment.refundWaits || refundsToBegin(payment, order).length === 0) return undefined;
  return { ...payment, refundWaits: true, revision: payment.revision + 1 };
}

function begin(payment: Payment, operation: Operation, now: Date): BusyPayment {
  const dueAt = new Date(now.getTime() + FIRST_LOOK_MS);
  return { ...payment, operation, revision: payment.revision + 1, dueAt };
}

/** A change that others can see. */
export function change(
  payment: Payment,
  fields: Partial<Pick<Payment, 'state' | 'failureCode' | 'refunds'>>,
  now: Date,
): Payment {
  const changed = {
    ...payment,
    ...fields,
    version: payment.version + 1,
    revision: payment.revision + 1,
    updatedAt: now,
  };
  return { ...changed, dueAt: nextLook(changed, now) };
}

function nextLook(payment: Payment, now: Date): Date | undefined {
  const since = payment.operation?.startedAt ?? payment.updatedAt;
  const waitedMs = now.getTime() - since.getTime();
  const lookMs = now.getTime() + Math.min(Math.max(waitedMs, FIRST_LOOK_MS), LOOK_AT_LEAST_EVERY_MS);
  switch (payment.state) {
    case 'PENDING':
      // Between two tries there is nothing to see until the order has had the time to expire.
      return new Date(payment.operation ? lookMs : Math.max(lookMs, payment.payBy.getTime() + FIRST_LOOK_MS));
    case 'AUTHORIZED':
      return new Date(lookMs);
    case 'CAPTURED':
      return payment.operation || payment.refundWaits || payment.doubts ? new Date(lookMs) : undefined;
    case 'REFUNDED':
      return payment.doubts && new Date(lookMs);
    case 'FAILED':
    case 'VOIDED':
      return undefined;
  }
}
