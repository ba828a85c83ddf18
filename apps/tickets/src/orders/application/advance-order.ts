import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock, fail, NotFound, ok, RetryLater, type Result } from '#kernel';
import { LOGGER, type Logger } from '#observability';
import {
  type EventCopy,
  EventCopiesRepository,
} from '../../events/infrastructure/event-copies.repository.ts';
import {
  AllowancesRepository,
  type PurchaseLimits,
} from '../../inventory/infrastructure/allowances.repository.ts';
import { InventoryRepository } from '../../inventory/infrastructure/inventory.repository.ts';
import { StockLoader } from '../../inventory/infrastructure/stock-loader.ts';
import { Stock } from '../../inventory/infrastructure/stock.ts';
import { SeatClaimsRepository } from '../../seats/infrastructure/seat-claims.repository.ts';
import { IssueTickets } from '../../tickets/application/issue-tickets.ts';
import {
  callOff,
  complete,
  confirm,
  countsForAccount,
  expire,
  failPayment,
  hasOutlivedReservation,
  isPaid,
  isSettled,
  needsNoPayment,
  notePaidLate,
  type Order,
  type OrderStep,
  renewClaim,
  startCancelling,
  startClaiming,
  startIssuing,
} from '../domain/order.ts';
import { noteNothingTaken, noteSettled, type SettledRefunds, startRefunding } from '../domain/refunding.ts';
import { OrdersRepository } from '../infrastructure/orders.repository.ts';
import { SettledOrders } from '../infrastructure/settled-orders.ts';
import { TakeUnitsAgain } from './take-units-again.ts';
import { UndoOrder } from './undo-order.ts';

type Decide = (order: Order, now: Date) => OrderStep | undefined;

/** Times that a step is decided anew because somebody else changed the order in between. */
const ATTEMPTS = 5;

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
    private readonly seatClaims: SeatClaimsRepository,
    private readonly stock: Stock,
    private readonly stockLoader: StockLoader,
    private readonly issueTickets: IssueTickets,
    private readonly undoOrder: UndoOrder,
    private readonly takeUnitsAgain: TakeUnitsAgain,
    private readonly settled: SettledOrders,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** The provider holds the money (or none is due). For an order that has expired meanwhile it may be too late. */
  async paymentAuthorized(orderId: string): Promise<void> {
    await this.hear(orderId, (order, now) => startClaiming(order, now) ?? notePaidLate(order, now));
  }

  /** The money is taken. */
  async paymentCaptured(orderId: string): Promise<void> {
    const confirmed = this.orders.lastWritten(orderId) ?? (await this.orders.find(orderId));
    const step = confirmed && startIssuing(confirmed, this.clock.now());
    const issuing = step && (await this.take(confirmed, step));
    // Else the order is not ready to use the money yet, or somebody else changes it just now.
    const order = issuing ?? (await this.orders.noteCaptured(orderId));
    if (order) await this.goOn(order);
  }

  /**
   * No money was taken, and none will be: it was not to be had, or is given free. An order that still waits for its
   * payment expires in its time.
   */
  async nothingTaken(orderId: string): Promise<void> {
    await this.hear(orderId, (order, now) => failPayment(order, now) ?? noteNothingTaken(order, now));
  }

  /** The provider has paid back, refuses to, or has back what it had paid. */
  async refundsSettled(orderId: string, settled: SettledRefunds): Promise<void> {
    await this.hear(orderId, (order, now) => noteSettled(order, settled, now));
  }

  /** The event takes place no more: whatever the order has come to is undone. */
  async eventCancelled(orderId: string): Promise<void> {
    const reason = { reason: 'EVENT_CANCELLED' } as const;
    await this.hear(orderId, (order, now) => callOff(order, now) ?? startRefunding(order, reason, now));
  }

  /**
   * Makes the step that `decide` finds for the order as it is now, if any, and drives the order on. Most orders are still
   * as this process has left them, and a step that is decided on that is only written if they are.
   * Gives the order as it was left; RetryLater when others change it all the time, or its outbox is full.
   */
  async change(orderId: string, decide: Decide): Promise<Result<Order, NotFound | RetryLater>> {
    const known = this.orders.lastWritten(orderId);
    const first = known && decide(known, this.clock.now());
    const begun = first && (await this.take(known, first));
    if (begun) return ok(await this.goOn(begun));
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const order = await this.orders.find(orderId);
      if (!order) return fail(new NotFound('order', orderId));
      const step = decide(order, this.clock.now());
      const moved = step && (await this.take(order, step));
      if (!step || moved) return ok(await this.goOn(moved ?? order));
    }
    return fail(new RetryLater('The order cannot be changed just now.'));
  }

  async execute(orderId: string): Promise<void> {
    const order = await this.orders.find(orderId);
    if (order) await this.goOn(order);
  }

  /** Drives an order on that was read or written a moment ago. Gives it as it was left. */
  async goOn(order: Order): Promise<Order> {
    const step = await this.nextStep(order);
    if (!step) return order;
    const moved = await this.take(order, step);
    return moved ? this.goOn(moved) : ((await this.orders.find(order.id)) ?? order);
  }

  /**
   * What a fact changes; an order that is not known is none of ours.
   * @throws when the order cannot be changed just now, so that the fact is told again
   */
  private async hear(orderId: string, decide: Decide): Promise<void> {
    const heard = await this.change(orderId, decide);
    if (!heard.ok && heard.failure instanceof RetryLater)
      throw new Error(`order ${orderId} cannot be changed just now`);
  }

  /** Undefined when somebody else drove the order on, or Kafka is away and its outbox is full: the sweep looks again. */
  private async take(order: Order, step: OrderStep): Promise<Order | undefined> {
    const saved = await this.orders.save(order, step);
    if (!saved) {
      this.logger.debug({ orderId: order.id, state: order.state }, 'a step of the order was not saved');
      return undefined;
    }
    this.logger.info({ orderId: saved.id, state: saved.state }, 'order moved');
    if (isSettled(saved)) await this.settled.tell(saved);
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
        return isPaid(order) ? startIssuing(order, this.clock.now()) : undefined;
      case 'ISSUING':
        await this.issueTickets.execute(order);
        return complete(order);
      case 'CANCELLING':
        return this.undoOrder.cancel(order);
      case 'REFUNDING':
        return this.undoOrder.refund(order);
      case 'EXPIRED':
        await this.stock.settle(order.holdId, 'RETURNED');
        return order.paidLate ? this.takeUnitsAgain.execute(order) : undefined;
      case 'COMPLETED':
      case 'CANCELLED':
      case 'PARTIALLY_REFUNDED':
      case 'REFUNDED':
        return undefined;
    }
  }

  private awaitPayment(order: Order): OrderStep | undefined {
    const now = this.clock.now();
    if (needsNoPayment(order)) return startClaiming(order, now) ?? notePaidLate(order, now);
    return expire(order, now);
  }

  private async claim(order: Order): Promise<OrderStep | undefined> {
    const now = this.clock.now();
    if (!order.claimDeadline) throw new Error(`order ${order.id} has no time to be claimed in`);
    if (order.firstHoldId !== undefined) await this.takeUnitsAgain.keep(order);
    const allowed = await this.allow(order);
    const seated = allowed && (await this.seatClaims.take(order, now));
    const request = { ...order, orderId: order.id, deadline: order.claimDeadline };
    const claimed = await (seated ? this.inventories.claim(request) : this.inventories.refuse(request));
    switch (claimed.outcome) {
      case 'CLAIMED':
        await this.settleSold(order, now);
        return confirm(order, claimed.unitsSold, now);
      case 'REFUSED': {
        // As it is now: it may have been cancelled a moment ago.
        const event = await this.events.find(order.eventId);
        const reason = allowed ? 'UNITS_GONE' : 'LIMIT_EXCEEDED';
        return startCancelling(order, event?.status === 'CANCELLED' ? 'EVENT_CANCELLED' : reason, now);
      }
      case 'UNDECIDED':
        return now > order.claimDeadline ? renewClaim(order, now) : undefined;
    }
  }

  /** Before the order says that it is confirmed, so that whoever comes after a crash does it, too. */
  private async settleSold(order: Order, now: Date): Promise<void> {
    const settled = await this.stock.settle(order.holdId, 'SOLD');
    // Units whose reservation had ended, by our clock or that of Redis, were free again there, though they are sold.
    // Stock that knows of no reservation was mostly built after the claim.
    if (settled === 'ENDED' || (settled === 'NOT_KNOWN' && hasOutlivedReservation(order, now)))
      await this.stockLoader.invalidate([order.eventId]);
  }

  /** Refused is only what the limits in force refuse: they may have been raised a moment ago. */
  private async allow(order: Order): Promise<boolean> {
    if (!countsForAccount(order)) return true;
    const recent = await this.events.findRecent(order.eventId);
    if (recent && (await this.allowances.raise(order, limitsOf(recent)))) return true;
    const event = await this.events.find(order.eventId);
    if (!event) throw new Error(`order ${order.id} cannot be claimed: its event is unknown`);
    return this.allowances.raise(order, limitsOf(event));
  }
}

function limitsOf({ maxPerAccount, ticketTypes }: EventCopy): PurchaseLimits {
  const byType = new Map<string, number>();
  for (const { ticketTypeId, maxPerAccount: max } of ticketTypes)
    if (max !== undefined) byType.set(ticketTypeId, max);
  return { maxPerAccount, byType };
}
