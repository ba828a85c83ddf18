import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Db } from 'mongodb';
import { paymentsPayments, type PublicPayment } from '#contracts';
import {
  aggregateIn,
  FactFactory,
  type Outboxed,
  outboxIndex,
  OutboxRelay,
  type PendingFact,
} from '#messaging';
import { changesBetween, ensureIndexes, GroupedCollection, isDuplicateKey } from '#persistence';
import type { Payment, SettledRefund } from '../domain/payment.ts';

type PaymentDocument = Omit<Payment, 'orderId'> & Outboxed;

const COLLECTION = 'payments';

@Injectable()
export class PaymentsRepository implements OnModuleInit {
  private readonly payments: GroupedCollection<PaymentDocument>;

  constructor(
    db: Db,
    private readonly facts: FactFactory,
    private readonly relay: OutboxRelay,
  ) {
    this.payments = new GroupedCollection(db, COLLECTION);
    relay.watch(COLLECTION);
  }

  async onModuleInit(): Promise<void> {
    await ensureIndexes(this.payments.whole, [
      {
        keys: { dueAt: 1 },
        options: { partialFilterExpression: { dueAt: { $exists: true } }, name: 'due' },
        serves: 'the sweep: payments that have not come to their end, longest due first',
      },
      outboxIndex,
    ]);
  }

  /** False when the order has a payment already: the primary key decides. For a payment no fact tells of yet. */
  async add(payment: Payment): Promise<boolean> {
    const { orderId, ...fields } = payment;
    try {
      await this.payments.insertOne({ _id: orderId, ...fields });
      return true;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }

  /** Takes back a payment that no fact tells of. False when somebody has written since, who goes on with it. */
  async takeBack(payment: Payment): Promise<boolean> {
    const { deletedCount } = await this.payments.whole.deleteOne(unchanged(payment));
    return deletedCount === 1;
  }

  /**
   * Writes the payment, with its fact when others can see the change. False, with nothing written, when someone else
   * has written since `before` was read.
   */
  async save(before: Payment, after: Payment): Promise<boolean> {
    const facts = after.version > before.version ? [this.factOf(before, after)] : [];
    const changes = changesBetween(before, after);
    return this.relay.update<PaymentDocument>(COLLECTION, unchanged(before), changes, facts);
  }

  async find(orderId: string): Promise<Payment | undefined> {
    const document = await this.payments.findById(orderId);
    return document ? toPayment(document) : undefined;
  }

  /** For a loader: the payments of many orders with one query. Who may see one is the caller's to check. */
  findMany = async (orderIds: readonly string[]): Promise<Map<string, Payment>> => {
    const found = await this.payments.whole.find({ _id: { $in: [...orderIds] } }).toArray();
    return new Map(found.map((document) => [document._id, toPayment(document)]));
  };

  /** Longest due first. */
  async findDue(now: Date, limit: number): Promise<Payment[]> {
    const found = await this.payments.whole
      .find({ dueAt: { $lte: now } }, { sort: { dueAt: 1 }, limit })
      .toArray();
    return found.map(toPayment);
  }

  private factOf(before: Payment, payment: Payment): PendingFact {
    const aggregate = { id: payment.orderId, version: payment.version };
    return this.facts.create(
      paymentsPayments,
      factTypeOf(before, payment),
      aggregate,
      toPublic(payment, newRefusal(before, payment)),
    );
  }
}

/** The id too: one that was taken back may be followed by another, whose revisions begin anew. */
function unchanged({ orderId: _id, paymentId, revision }: Payment) {
  return { _id, paymentId, revision };
}

function toPayment(document: PaymentDocument): Payment {
  const { id: orderId, ...fields } = aggregateIn(document);
  return { orderId, ...fields };
}

/** A PaymentFailed whose state is PENDING tells of a decline that leaves the order payable; with FAILED, of the end. */
function factTypeOf(before: Payment, after: Payment): keyof (typeof paymentsPayments)['facts'] {
  if (newRefusal(before, after)) return 'PaymentRefundFailed';
  if (before.operation?.kind === 'REFUND') return 'PaymentRefunded';
  switch (after.state) {
    case 'PENDING':
    case 'FAILED':
      return 'PaymentFailed';
    case 'AUTHORIZED':
      return 'PaymentAuthorized';
    case 'CAPTURED':
      return 'PaymentCaptured';
    case 'VOIDED':
      return 'PaymentVoided';
    case 'REFUNDED':
      return 'PaymentRefunded';
  }
}

/** The refund that the change is about, if the provider refuses it: at once, or after it was paid. */
function newRefusal(before: Payment, { refunds = [] }: Payment): RefusedRefund | undefined {
  const known = new Set(before.refunds?.filter(isRefused).map(({ refundId }) => refundId));
  return refunds.filter(isRefused).find(({ refundId }) => !known.has(refundId));
}

function toPublic(payment: Payment, failure: RefusedRefund | undefined): PublicPayment {
  const { orderId, paymentId, buyerId, state, amount, provider, failureCode, updatedAt } = payment;
  const { refunds = [] } = payment;
  return {
    orderId,
    paymentId,
    buyerId,
    state,
    amount,
    provider,
    failureCode,
    refunds: refunds
      .filter((refund) => !isRefused(refund))
      .map(({ refundId, amount: paid }) => ({ refundId, amount: paid })),
    refundFailure: failure && failureOf(failure),
    refundFailures: refunds.filter(isRefused).map(failureOf),
    updatedAt: updatedAt.toISOString(),
  };
}

type RefusedRefund = SettledRefund & { readonly refusal: string };

function isRefused(refund: SettledRefund): refund is RefusedRefund {
  return refund.refusal !== undefined;
}

function failureOf({ refundId, refusal }: RefusedRefund): { refundId: string; code: string } {
  return { refundId, code: refusal };
}
