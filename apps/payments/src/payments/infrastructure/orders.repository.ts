import { Injectable } from '@nestjs/common';
import { type Collection, Db } from 'mongodb';
import { type FactsOf, ticketsOrders } from '#contracts';
import { copyFacts, declareCopy, GroupedCollection, type VersionedCopy } from '#persistence';
import type { OrderCopy } from '../domain/order-copy.ts';

type OrderDocument = Omit<OrderCopy, 'orderId'> & VersionedCopy;

export const orderCopies = declareCopy({
  collection: 'orders',
  topic: ticketsOrders,
  copiesOf: ({
    aggregateId,
    aggregateVersion,
    payload: { organizationId, state, refunds },
  }): OrderDocument[] => [{ _id: aggregateId, version: aggregateVersion, organizationId, state, refunds }],
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
  private readonly orders: Collection<OrderDocument>;
  /** The same, one by one. */
  private readonly each: GroupedCollection<OrderDocument>;

  constructor(db: Db) {
    this.orders = db.collection(orderCopies.collection);
    this.each = new GroupedCollection(db, orderCopies.collection);
  }

  async copy(facts: readonly FactsOf<typeof ticketsOrders>[]): Promise<void> {
    await copyFacts(this.orders, orderCopies, facts);
  }

  async find(orderId: string): Promise<OrderCopy | undefined> {
    const document = await this.each.findById(orderId);
    if (!document) return undefined;
    const { _id, ...copy } = document;
    return { orderId: _id, ...copy };
  }
}
