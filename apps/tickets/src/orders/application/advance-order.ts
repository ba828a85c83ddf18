import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock } from '#kernel';
import { LOGGER, type Logger } from '#observability';
import { ActivityFeed } from '../../activity/activity-feed.ts';
import { EventCopiesRepository } from '../../events/infrastructure/event-copies.repository.ts';
import { unitsOf } from '../../inventory/domain/cart.ts';
import { AllowancesRepository } from '../../inventory/infrastructure/allowances.repository.ts';
import { InventoryRepository } from '../../inventory/infrastructure/inventory.repository.ts';
import { StockLoader } from '../../inventory/infrastructure/stock-loader.ts';
import { Stock } from '../../inventory/infrastructure/stock.ts';
import { IssueTickets } from '../../tickets/application/issue-tickets.ts';
import {
  cancel,
  complete,
  confirm,
  expire,
  failPayment,
  isPaid,
  type Order,
  type OrderStep,
  renewClaim,
  startCancelling,
  startClaiming,
  startIssuing,
} from '../domain/order.ts';
import { OrdersRepository } from '../infrastructure/orders.repository.ts';

/**
 * Drives an order on from whatever state it is in, as far as it gets. Every step is decided by one conditional update
 * and is idempotent, so any number of processes may drive one order: after a fact, after a crash, or by the sweep.
 */
@Injectable()
export class AdvanceOrder {
  constructor(
    private readonly orders: OrdersRepository,
    private readonly events: EventCopiesRepository,
    private readonly inventories: InventoryRepository,
    private readonly allowances: AllowancesRepository,
    private readonly stock: Stock,
    private readonly stockLoader: StockLoader,
    private readonly issueTickets: IssueTickets,
    private readonly activity: ActivityFeed,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** The provider holds the money (or none is due). An order that has ended meanwhile stays ended: payments voids. */
  async paymentAuthorized(orderId: string): Promise<void> {
    const order = await this.orders.find(orderId);
    if (!order) return;
    const step = startClaiming(order, this.clock.now());
    const claiming = step && (await this.take(order, step));
    await (claiming ? this.drive(claiming) : this.execute(orderId));
  }

  /** The money is taken. */
  async paymentCaptured(orderId: string): Promise<void> {
    const order = await this.orders.noteCaptured(orderId);
    if (order) await this.drive(order);
  }

  /** The money is not to be had, whoever tries. An order that still waits for its payment expires in its time. */
  async paymentFailed(orderId: string): Promise<void> {
    const order = await this.orders.find(orderId);
    if (!order) return;
    const step = failPayment(order, this.clock.now());
    const failed = step && (await this.take(order, step));
    await (failed ? this.drive(failed) : this.execute(orderId));
  }

  async execute(orderId: string): Promise<void> {
    const order = await this.orders.find(orderId);
    if (order) await this.drive(order);
  }

  private async drive(from: Order): Promise<void> {
    let order: Order | undefined = from;
    while (order) {
      const step = await this.nextStep(order);
      order = step && (await this.take(order, step));
    }
  }

  /** Undefined when somebody else drove the order on, or Kafka is away and its outbox is full: the sweep looks again. */
  private async take(order: Order, step: OrderStep): Promise<Order | undefined> {
    const saved = await this.orders.save(order, step);
    if (!saved) {
      this.logger.debug({ orderId: order.id, state: order.state }, 'a step of the order was not saved');
      return undefined;
    }
    this.logger.info({ orderId: saved.id, state: saved.state }, 'order moved');
    if (saved.state === 'COMPLETED') await this.activity.unitsSold(saved);
    return saved;
  }

  /** Does what the order's state asks for and says what it is then; undefined when it must wait. */
  private async nextStep(order: Order): Promise<OrderStep | undefined> {
    switch (order.state) {
      case 'AWAITING_PAYMENT':
        return this.awaitPayment(order);
      case 'CLAIMING':
        return this.claim(order);
      case 'CONFIRMED':
        await this.stock.settle(order.holdId, 'SOLD');
        return isPaid(order) ? startIssuing(order, this.clock.now()) : undefined;
      case 'ISSUING':
        await this.issueTickets.execute(order);
        return complete(order);
      case 'CANCELLING':
        return this.undo(order);
      case 'EXPIRED':
        await this.stock.settle(order.holdId, 'RETURNED');
        return undefined;
      case 'COMPLETED':
      case 'CANCELLED':
      case 'REFUNDING':
      case 'PARTIALLY_REFUNDED':
      case 'REFUNDED':
        return undefined;
    }
  }

  private awaitPayment(order: Order): OrderStep | undefined {
    const now = this.clock.now();
    if (order.total.amount === 0) return startClaiming(order, now);
    return expire(order, now);
  }

  private async claim(order: Order): Promise<OrderStep | undefined> {
    const now = this.clock.now();
    const event = await this.events.find(order.eventId);
    if (!event || !order.claimDeadline)
      throw new Error(`order ${order.id} cannot be claimed: its event is unknown`);
    const units = unitsOf(order.lines);
    const allowed = await this.allowances.raise(
      order.eventId,
      order.buyerId,
      order.id,
      units,
      event.maxPerAccount,
    );
    const request = {
      eventId: order.eventId,
      orderId: order.id,
      lines: order.lines,
      deadline: order.claimDeadline,
    };
    const claimed = await (allowed ? this.inventories.claim(request) : this.inventories.refuse(request));
    switch (claimed.outcome) {
      case 'CLAIMED':
        return confirm(order, claimed.unitsSold, now);
      case 'REFUSED':
        return startCancelling(order, allowed ? 'UNITS_GONE' : 'LIMIT_EXCEEDED', now);
      case 'UNDECIDED':
        return now > order.claimDeadline ? renewClaim(order, now) : undefined;
    }
  }

  /** Undoes what was done for the order, the claim included if there was one. */
  private async undo(order: Order): Promise<OrderStep | undefined> {
    const now = this.clock.now();
    if (order.reason === 'PAYMENT_FAILED' && order.claimDeadline) {
      const request = {
        eventId: order.eventId,
        orderId: order.id,
        lines: order.lines,
        deadline: order.claimDeadline,
      };
      const returned = await this.inventories.giveBack(request);
      if (!returned) return now > order.claimDeadline ? renewClaim(order, now) : undefined;
      // Redis has forgotten whose units these were: it counts again at the next touch.
      await this.stockLoader.invalidate([order.eventId]);
    }
    await this.allowances.lower(order.eventId, order.buyerId, order.id, unitsOf(order.lines));
    await this.stock.settle(order.holdId, 'RETURNED');
    return cancel(order);
  }
}
