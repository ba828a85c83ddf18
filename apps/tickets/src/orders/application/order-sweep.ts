import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock } from '#kernel';
import { LOGGER, type Logger } from '#observability';
import { Sweep } from '#service';
import { DRIVE_AFTER_MS } from '../domain/order.ts';
import { OrdersRepository } from '../infrastructure/orders.repository.ts';
import { AdvanceOrder } from './advance-order.ts';

const SWEEP_EVERY_MS = 1_000;
/** Orders that are driven on side by side: each waits for the engines, not for the processor. */
const AT_ONCE = 50;
/** What is left waits for the next sweep. */
const MAX_BATCHES = 10;

/**
 * Looks at orders whose time has come: unpaid ones expire, and those that a crash left in the middle go on. Any number
 * of instances may sweep; there are no timers to lose.
 */
@Injectable()
export class OrderSweep extends Sweep {
  constructor(
    private readonly orders: OrdersRepository,
    private readonly advanceOrder: AdvanceOrder,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) logger: Logger,
  ) {
    super({ everyMs: SWEEP_EVERY_MS, whenItFails: 'the order sweep failed; it goes on' }, logger);
  }

  protected async round(): Promise<void> {
    for (let batches = 0; batches < MAX_BATCHES; batches++) {
      const now = this.clock.now();
      const due = await this.orders.takeDue(now, new Date(now.getTime() + DRIVE_AFTER_MS), AT_ONCE);
      if (due.length === 0) return;
      await Promise.all(due.map((orderId) => this.drive(orderId)));
    }
  }

  /** One order that cannot be driven on keeps no other waiting. */
  private async drive(orderId: string): Promise<void> {
    try {
      await this.advanceOrder.execute(orderId);
    } catch (error) {
      this.logger.warn({ err: error, orderId }, 'an order could not be driven on; it is looked at again');
    }
  }
}
