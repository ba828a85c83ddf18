import { Injectable } from '@nestjs/common';
import { Db } from 'mongodb';
import { type FactsOf, ticketsOrders } from '#contracts';
import { copyFacts, declareCopy, GroupedCollection, type VersionedCopy } from '#persistence';
import type { OrderCopy } from '../domain/order-copy.ts';

type OrderDocument = Omit<OrderCopy, 'orderId'> & VersionedCopy;

/** Of an order that only waits for its payment there is nothing to know: it is the same as not to know it yet. */
export const orderCopies = declareCopy({
  collection: 'orders',
  topic: ticketsOrders,
  copiesOf: ({
    aggregateId,
    aggregateVersion,
    payload: { organizationId, state, refunds },
  }): OrderDocument[] =>
    state === 'AWAITING_PAYMENT'
      ? []
      : [{ _id: aggregateId, version: aggregateVersion, organizationId, state, refunds }],
});

/**
 * Copies of the orders of `tickets`, as far as payments needs them.
 *
 * They are kept apart from the payments because a fact may come before the payment it concerns: an order cancelled
 * while its authorization is still at the provider. The consumer writes the copy first and looks at the payment then;
 * who records an outcome writes the payment first and looks at the copy then. Whichever is later sees both.
 */
@Injectable()
export class OrdersRepository {
  private readonly orders: GroupedCollection<OrderDocument>;

  constructor(db: Db) {
    this.orders = new GroupedCollection(db, orderCopies.collection);
  }

  async copy(facts: readonly FactsOf<typeof ticketsOrders>[]): Promise<void> {
    await copyFacts(this.orders.whole, orderCopies, facts);
  }

  async find(orderId: string): Promise<OrderCopy | undefined> {
    const document = await this.orders.findById(orderId);
    if (!document) return undefined;
    const { _id, ...copy } = document;
    return { orderId: _id, ...copy };
  }
}
