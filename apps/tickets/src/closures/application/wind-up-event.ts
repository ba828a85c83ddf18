import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock } from '#kernel';
import { LOGGER, type Logger } from '#observability';
import { AdvanceOrder } from '../../orders/application/advance-order.ts';
import { OrdersRepository } from '../../orders/infrastructure/orders.repository.ts';
import { type Closure, ClosuresRepository } from '../infrastructure/closures.repository.ts';

/** Orders that are undone in one turn. */
const BATCH = 200;
/** Orders undone at one time: each waits for the database, not for the processor. */
const AT_ONCE = 8;
const NEXT_LOOK_MS = 500;
/**
 * A request that had its hold turned into an order just before the event closed writes the order within this time. An
 * order that is even later cannot claim its units, and ends by itself.
 */
const STRAGGLERS_MS = 60_000;

/**
 * Undoes the orders of a cancelled event, some at a time, until none is left. What is done and what is not stands in the
 * orders themselves, so any number of processes may do it, and one that died is no loss. Orders whose refund is under
 * way need no driving: payments' facts do that.
 */
@Injectable()
export class WindUpEvent {
  constructor(
    private readonly closures: ClosuresRepository,
    private readonly orders: OrdersRepository,
    private readonly advanceOrder: AdvanceOrder,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** One turn. It goes on where the last one ended, so that orders that cannot be undone just now keep no others waiting. */
  async execute({ eventId, begunAt, after }: Closure): Promise<void> {
    const { orderIds, next } = await this.orders.toBeUndone(eventId, { first: BATCH, after });
    for (let i = 0; i < orderIds.length; i += AT_ONCE) {
      await Promise.all(orderIds.slice(i, i + AT_ONCE).map((orderId) => this.undo(orderId)));
    }
    const now = this.clock.now();
    const isSeenWhole = after === undefined && next === undefined;
    const mayHaveStragglers = now.getTime() < begunAt.getTime() + STRAGGLERS_MS;
    if (isSeenWhole && orderIds.length === 0 && !mayHaveStragglers) {
      await this.closures.finish(eventId);
      this.logger.info({ eventId }, 'no order of the cancelled event is left to undo');
    } else {
      const nextLook = new Date(now.getTime() + NEXT_LOOK_MS);
      await this.closures.lookAgain(eventId, nextLook, next);
    }
  }

  /** One order that cannot be undone now keeps no other waiting. */
  private async undo(orderId: string): Promise<void> {
    try {
      await this.advanceOrder.eventCancelled(orderId);
    } catch (error) {
      this.logger.warn({ err: error, orderId }, 'an order of a cancelled event is tried again');
    }
  }
}
