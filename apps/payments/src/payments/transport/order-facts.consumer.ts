import { Injectable } from '@nestjs/common';
import { ticketsOrders } from '#contracts';
import { FactConsumer } from '#messaging';
import { SettlePayment } from '../application/settle-payment.ts';
import { Slots } from '../application/slots.ts';
import { OrdersRepository } from '../infrastructure/orders.repository.ts';

/**
 * Follows the orders of `tickets`. What is to be done with the money is decided by the copy, not by the fact that came:
 * facts may come twice and late, the copy only moves forward. A free order has no payment, so nothing is done. That an
 * order is completed asks for nothing: its money was taken before.
 */
@Injectable()
export class OrderFactsConsumer {
  constructor(
    consumer: FactConsumer,
    private readonly orders: OrdersRepository,
    private readonly settle: SettlePayment,
    private readonly slots: Slots,
  ) {
    const settleOrder = ({ aggregateId }: { aggregateId: string }) => this.settleOrder(aggregateId);
    consumer.subscribe({
      topic: ticketsOrders,
      batch: (facts) => this.orders.copy(facts),
      each: {
        OrderConfirmed: settleOrder,
        OrderExpired: settleOrder,
        OrderCancelled: settleOrder,
        RefundRequested: settleOrder,
      },
    });
  }

  /**
   * The fact is handled once it is written down what is to be done; the provider is called in the background.
   * @throws when it cannot be written down just now, so that the fact is told again
   */
  private async settleOrder(orderId: string): Promise<void> {
    const { begun, isUndone } = await this.settle.begin(orderId);
    if (isUndone) throw new Error(`the payment of order ${orderId} cannot be changed just now`);
    if (begun) this.slots.offer(() => this.settle.finish(begun));
  }
}
