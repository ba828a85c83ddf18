import type { OrderState } from '#contracts';
import { noteUndecided } from '../src/payments/domain/challenge.ts';
import type { Operation, Outcome, Refund } from '../src/payments/domain/operation.ts';
import type { OrderCopy, RequestedRefund } from '../src/payments/domain/order-copy.ts';
import { isOverdue, withdrawTry } from '../src/payments/domain/overdue-try.ts';
import {
  beginTry,
  type BusyPayment,
  isBusy,
  openPayment,
  type Payment,
  postpone,
  record,
  refundKey,
  settle,
} from '../src/payments/domain/payment.ts';
import { doubtedRefund, doubtRefund, recordDoubted } from '../src/payments/domain/refund-doubts.ts';
import { whyNotPayable } from '../src/payments/domain/why-not-payable.ts';

/**
 * The rules of a payment under every order of events that random search finds: several workers whose steps interleave
 * and who die between any two, provider calls that arrive late or twice, facts that come late, twice and out of order.
 * Refunds come back from the bank after they were paid, and webhooks tell of it, late, twice and out of order, too.
 * A fact is told again until somebody has done with it: decided on it, and written that down (`heard` is its version).
 * A step of a worker is one read, one guarded write, or one call, as in the use cases.
 */
type Task =
  | { step: 'OPEN'; opened: Payment; begun: BusyPayment; order: OrderCopy | undefined; isReadLate: boolean }
  | { step: 'JUDGE'; opened: Payment; begun: BusyPayment; order: OrderCopy | undefined }
  | { step: 'TAKE_BACK'; begun: BusyPayment }
  | { step: 'CLAIM'; before: Payment; after: Payment }
  | { step: 'WRITE'; before: Payment | undefined; after: Payment; onLoss: 'END' | 'SETTLE'; heard?: number }
  | { step: 'NOTE'; before: Payment; after: Payment }
  | { step: 'DOUBT'; refundId: string; isSentBack: boolean }
  | { step: 'ASK_DOUBT' }
  | { step: 'BOOK'; bookings: readonly string[]; next: Task }
  | { step: 'CALL' | 'ASK' | 'AWAIT'; payment: BusyPayment }
  | { step: 'SETTLE'; heard?: number }
  | { step: 'DECIDE'; order: OrderCopy | undefined; heard?: number };

class Provider {
  status: 'OPEN' | 'AUTHORIZED' | 'CAPTURED' | 'VOIDED' = 'OPEN';
  readonly journal = new Map<string, Outcome>();
  readonly moved: string[] = [];
  /** The authorization that waits for the buyer. */
  challenge: Operation | undefined;

  /** Refunds that were paid, in minor units by their ids. */
  readonly paidBack = new Map<string, number>();

  /** Refunds that have come back from the bank, of which a webhook tells until it is taken. */
  readonly sentBack: string[] = [];

  /** A bank sends back what was paid. */
  sendBack(which: number): void {
    const refundId = [...this.paidBack.keys()][which % this.paidBack.size];
    if (refundId === undefined) return;
    this.paidBack.delete(refundId);
    this.sentBack.push(refundId);
  }

  /** A repeated call is answered as the first one was; who asks hears what has become of it since. */
  ask(key: string): Outcome | undefined {
    const isSentBack = this.sentBack.some((refundId) => key.endsWith(`:refund:${refundId}`));
    return isSentBack ? { result: 'REFUSED', code: 'SENT_BACK' } : this.journal.get(key);
  }

  get amountBack(): number {
    return [...this.paidBack.values()].reduce((sum, amount) => sum + amount, 0);
  }

  carryOut(operation: Operation): void {
    if (this.journal.has(operation.key)) return;
    if (operation.kind === 'REFUND') return this.refund(operation);
    if (operation.kind === 'AUTHORIZE' && operation.method === 'challenges' && this.status === 'OPEN') {
      this.challenge ??= operation;
      return;
    }
    if (operation.kind === 'VOID') this.challenge = undefined;
    this.settle(operation, operation.kind !== 'AUTHORIZE' || operation.method !== 'declines');
  }

  /** The buyer answers, at any time or never. */
  answer(isApproved: boolean): void {
    const { challenge } = this;
    this.challenge = undefined;
    if (challenge) this.settle(challenge, isApproved);
  }

  private settle(operation: Operation, succeeds: boolean): void {
    const { from, to } = {
      AUTHORIZE: { from: ['OPEN'], to: 'AUTHORIZED' },
      CAPTURE: { from: ['AUTHORIZED'], to: 'CAPTURED' },
      VOID: { from: ['OPEN', 'AUTHORIZED', 'VOIDED'], to: 'VOIDED' },
      REFUND: { from: [], to: this.status },
    }[operation.kind] as { from: string[]; to: Provider['status'] };
    const done = from.includes(this.status) && succeeds;
    if (done) this.moved.push((this.status = to));
    this.journal.set(operation.key, done ? { result: 'DONE' } : { result: 'REFUSED', code: 'CARD_DECLINED' });
  }

  /** Whether the bank refuses refunds just now. */
  refusesRefunds = false;

  /** Pays back what is left and no more. */
  private refund({ key, refundId, amount: { amount } }: Refund): void {
    const isLeft = this.amountBack + amount <= payable.amount.amount;
    const done = !this.refusesRefunds && this.status === 'CAPTURED' && isLeft;
    if (done) this.paidBack.set(refundId, (this.paidBack.get(refundId) ?? 0) + amount);
    this.journal.set(key, done ? { result: 'DONE' } : { result: 'REFUSED', code: 'REFUND_REFUSED' });
  }
}

export class World {
  readonly provider = new Provider();
  stored: Payment | undefined;
  copy: OrderCopy | undefined;
  /** Version of the newest fact that is done with, and is not told again. */
  done = 0;
  /** As `tickets` has published it, oldest first. */
  readonly order: OrderCopy[] = [orderOf('AWAITING_PAYMENT', 1)];
  readonly workers: (Task | undefined)[] = [undefined, undefined, undefined];
  readonly wire: Operation[] = [];
  /** Somebody has withdrawn a try that the provider had not heard of. */
  hasGivenUp = false;
  /** Refunds that came back whose webhook the provider need not send again. */
  readonly heardBack = new Set<string>();
  readonly ledger = new Set<string>();
  /** First tries that were taken back. */
  takenBack = 0;
  private opened = 0;
  private nowMs = Date.parse('2027-01-01T12:00:00Z');

  get orderState(): OrderState {
    return this.order.at(-1)!.state;
  }

  /** A first try is written down while the order's copy is read, which may show it before or after. */
  pay(worker: number, method: string, isReadLate: boolean): void {
    const now = this.now();
    if (!this.stored) {
      const opened = openPayment(payable, `payment ${++this.opened}`, 'test', now);
      if (whyNotPayable(opened, undefined, now)) return;
      const begun = beginTry(opened, method, now);
      return this.assign(worker, { step: 'OPEN', opened, begun, order: this.copy, isReadLate });
    }
    if (whyNotPayable(this.stored, this.copy, now)) return;
    const after = beginTry(this.stored, method, now);
    this.assign(worker, { step: 'WRITE', before: this.stored, after, onLoss: 'END' });
  }

  sweep(worker: number): void {
    if (!this.stored?.dueAt) return;
    this.nowMs = Math.max(this.nowMs, this.stored.dueAt.getTime());
    this.assign(worker, { step: 'CLAIM', before: this.stored, after: postpone(this.stored, this.now()) });
  }

  publish(state: OrderState): void {
    const isPaid = this.stored?.state === 'AUTHORIZED';
    const isAllowed =
      this.orderState === 'AWAITING_PAYMENT'
        ? state === 'EXPIRED' || state === 'CANCELLED' || (state === 'CONFIRMED' && isPaid)
        : this.canFollow(state, isPaid);
    if (!isAllowed) return;
    const next = orderOf(state, this.order.length + 1);
    this.order.push(state === 'REFUNDING' ? { ...next, refunds: this.refundsAsked(next.version) } : next);
  }

  /** What was asked for and not refused, and some more of what is left; only whole while the money may not be taken yet. */
  private refundsAsked(version: number): RequestedRefund[] {
    const refused = new Set(
      this.stored?.refunds?.filter(({ refusal }) => refusal).map((one) => one.refundId),
    );
    const asked = this.asked.filter(({ refundId }) => !refused.has(refundId));
    const left = payable.amount.amount - sumOf(asked);
    const whole = this.orderState === 'CONFIRMED' || version % 3 === 0;
    const amount = { ...payable.amount, amount: whole ? left : Math.min(left, 400) };
    return amount.amount === 0 ? asked : [...asked, { refundId: `refund-${version}`, amount }];
  }

  /** By the newest fact. */
  get asked(): readonly RequestedRefund[] {
    return this.order.at(-1)?.refunds ?? [];
  }

  /** What `tickets` makes of an order whose units are the buyer's, by what payments has told it. */
  private canFollow(state: OrderState, isPaid: boolean): boolean {
    const { stored, orderState } = this;
    // Paid too late: the units were to be had again, or not.
    if (orderState === 'EXPIRED') return isPaid && (state === 'CONFIRMED' || state === 'CANCELLED');
    const isTaken = stored?.state === 'CAPTURED';
    if (orderState === 'CONFIRMED') {
      // It is taken back before anybody knows whether its money was taken.
      return (
        (state === 'COMPLETED' && isTaken) ||
        (state === 'CANCELLED' && stored?.state === 'FAILED') ||
        state === 'REFUNDING'
      );
    }
    if (orderState === 'COMPLETED') return state === 'REFUNDING';
    // Once a refund has failed, somebody asks again: under a new id. More tickets may be taken back at any time.
    const named = new Set(this.asked.map(({ refundId }) => refundId));
    const hasFailed = stored?.refunds?.some(({ refundId, refusal }) => named.has(refundId) && refusal);
    const isLeft = sumOf(this.asked) < payable.amount.amount;
    return orderState === 'REFUNDING' && state === 'REFUNDING' && isTaken && (isLeft || hasFailed === true);
  }

  deliver(worker: number, which: number): void {
    const fact = this.order[which % this.order.length]!;
    if (!this.copy || this.copy.version < fact.version) this.copy = fact;
    this.assign(worker, { step: 'SETTLE', heard: fact.version });
  }

  /** The provider tells of a refund: that it came back, also when it was told before, or anything else. */
  webhook(worker: number, which: number): void {
    const { sentBack, paidBack } = this.provider;
    const all = [...sentBack, ...paidBack.keys()];
    const refundId = all[which % all.length];
    if (refundId === undefined) return;
    this.assign(worker, { step: 'DOUBT', refundId, isSentBack: sentBack.includes(refundId) });
  }

  arrive(which: number): void {
    const operation = this.wire[which % this.wire.length];
    if (operation) this.provider.carryOut(operation);
  }

  step(worker: number): void {
    const task = this.workers[worker];
    if (task) this.workers[worker] = this.next(task);
  }

  crash(worker: number): void {
    this.workers[worker] = undefined;
  }

  private next(task: Task): Task | undefined {
    switch (task.step) {
      case 'OPEN': {
        const { opened, begun, order, isReadLate } = task;
        if (!this.write(undefined, begun)) return undefined;
        return { step: 'JUDGE', opened, begun, order: isReadLate ? this.copy : order };
      }
      case 'JUDGE': {
        const { opened, begun, order } = task;
        const isRefused = whyNotPayable(opened, order, opened.createdAt) !== undefined;
        return isRefused ? { step: 'TAKE_BACK', begun } : { step: 'CALL', payment: begun };
      }
      case 'TAKE_BACK':
        if (!this.isStored(task.begun)) return undefined;
        this.stored = undefined;
        this.takenBack++;
        return undefined;
      case 'CLAIM':
        if (!this.write(task.before, task.after)) return undefined;
        if (!isBusy(task.after) && task.after.doubts) return { step: 'ASK_DOUBT' };
        return isBusy(task.after) ? { step: 'ASK', payment: task.after } : { step: 'SETTLE' };
      case 'WRITE':
        if (!this.write(task.before, task.after))
          return task.onLoss === 'SETTLE' ? { step: 'SETTLE', heard: task.heard } : undefined;
        this.hear(task.heard);
        return isBusy(task.after) ? { step: 'CALL', payment: task.after } : { step: 'SETTLE' };
      case 'NOTE':
        this.write(task.before, task.after);
        return { step: 'SETTLE' };
      case 'DOUBT': {
        const { refundId, isSentBack } = task;
        const doubted = this.stored && doubtRefund(this.stored, refundId, this.now());
        if (doubted) this.write(this.stored, doubted);
        if (isSentBack) this.heardBack.add(refundId);
        return doubted && { step: 'ASK_DOUBT' };
      }
      case 'ASK_DOUBT':
        return this.stored && this.askAboutDoubt(this.stored);
      case 'BOOK':
        for (const booking of task.bookings) this.ledger.add(booking);
        return task.next;
      case 'CALL':
        this.wire.push(task.payment.operation);
        return { step: 'AWAIT', payment: task.payment };
      case 'ASK':
      case 'AWAIT': {
        const { key } = task.payment.operation;
        const outcome = task.step === 'ASK' ? this.provider.ask(key) : this.provider.journal.get(key);
        if (!outcome && this.provider.challenge?.key === key) {
          const noted = noteUndecided(task.payment, 'intent', { result: 'UNDECIDED', waitsFor: 'BUYER' });
          if (!noted) return { step: 'SETTLE' };
          return { step: 'NOTE', before: task.payment, after: noted };
        }
        if (!outcome && task.step === 'ASK') return this.callAgain(task.payment);
        if (!outcome) return task;
        const after = record(task.payment, 'intent', outcome, this.now());
        const next: Task = { step: 'WRITE', before: task.payment, after, onLoss: 'SETTLE' };
        const { operation } = task.payment;
        if (operation.kind !== 'REFUND') return next;
        const { refundId } = operation;
        if (outcome.result === 'DONE') return { step: 'BOOK', bookings: [`REFUND ${refundId}`], next };
        return task.step === 'ASK' ? { step: 'BOOK', bookings: bothOf(refundId), next } : next;
      }
      case 'SETTLE':
        return { step: 'DECIDE', order: this.copy, heard: task.heard };
      case 'DECIDE': {
        const { order, heard } = task;
        const after = this.stored && order && settle(this.stored, order, this.now());
        if (!after) this.hear(heard);
        return after && { step: 'WRITE', before: this.stored, after, onLoss: 'SETTLE', heard };
      }
    }
  }

  private askAboutDoubt(before: Payment): Task | undefined {
    const refund = doubtedRefund(before);
    if (!refund) return undefined;
    const { refundId } = refund;
    const reply = this.provider.ask(refundKey(before, refundId));
    if (!reply) throw new Error(`the provider does not know refund ${refundId}, which it has paid`);
    const after = recordDoubted(before, refundId, reply, this.now());
    const next: Task = { step: 'WRITE', before, after, onLoss: 'SETTLE' };
    return reply.result === 'REFUSED' ? { step: 'BOOK', bookings: bothOf(refundId), next } : next;
  }

  /** The provider knows nothing of the operation. */
  private callAgain(payment: BusyPayment): Task {
    if (!isOverdue(payment, this.now())) return { step: 'CALL', payment };
    this.hasGivenUp = true;
    const after = withdrawTry(payment, 'intent', this.now());
    return { step: 'WRITE', before: payment, after, onLoss: 'SETTLE' };
  }

  /** Twice this long, and nobody can pay the order any more. */
  waitLong(): void {
    this.nowMs += 8 * 60_000;
  }

  private hear(version = 0): void {
    this.done = Math.max(this.done, version);
  }

  /** A conditional update, or an insert under the unique key. */
  private write(before: Payment | undefined, after: Payment): boolean {
    if (!this.isStored(before)) return false;
    this.stored = after;
    return true;
  }

  private isStored(payment: Payment | undefined): boolean {
    return this.stored?.paymentId === payment?.paymentId && this.stored?.revision === payment?.revision;
  }

  private assign(worker: number, task: Task): void {
    this.workers[worker] ??= task;
  }

  private now(): Date {
    return new Date(this.nowMs++);
  }
}

function orderOf(state: OrderState, version: number): OrderCopy {
  return { orderId: 'order', organizationId: 'organization', state, version };
}

function bothOf(refundId: string): string[] {
  return [`REFUND ${refundId}`, `REVERSAL ${refundId}`];
}

function sumOf(refunds: readonly RequestedRefund[]): number {
  return refunds.reduce((sum, { amount }) => sum + amount.amount, 0);
}

export const payable = {
  orderId: 'order',
  eventId: 'event',
  buyerId: 'buyer',
  amount: { amount: 1_000, currency: 'EUR' },
  payBy: new Date('2027-01-01T12:15:00Z'),
};
