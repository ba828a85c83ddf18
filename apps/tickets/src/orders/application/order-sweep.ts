import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock } from '#kernel';
import { LOGGER, type Logger } from '#observability';
import { Sweep } from '#service';
import { LogSales } from '../../inventory/application/log-sales.ts';
import { InventoryRepository } from '../../inventory/infrastructure/inventory.repository.ts';
import { DRIVE_AFTER_MS } from '../domain/order.ts';
import { OrdersRepository } from '../infrastructure/orders.repository.ts';
import { AdvanceOrder } from './advance-order.ts';

const SWEEP_EVERY_MS = 1_000;
/** Orders that one sweep drives on at most; what is left waits for the next. */
const MAX_PER_SWEEP = 500;
const MAX_TRIMMED_EVENTS = 200;

/**
 * Looks at orders whose time has come: unpaid ones expire, and those that a crash left in the middle go on. Any number
 * of instances may sweep; there are no timers to lose. Also trims the inventories' moves, once
 * they stand in the sales log.
 */
@Injectable()
export class OrderSweep extends Sweep {
  constructor(
    private readonly orders: OrdersRepository,
    private readonly inventories: InventoryRepository,
    private readonly advanceOrder: AdvanceOrder,
    private readonly logSales: LogSales,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) logger: Logger,
  ) {
    super({ everyMs: SWEEP_EVERY_MS, whenItFails: 'the order sweep failed; it goes on' }, logger);
  }

  protected async round(): Promise<void> {
    for (let driven = 0; driven < MAX_PER_SWEEP; driven++) {
      const now = this.clock.now();
      const order = await this.orders.takeDue(now, new Date(now.getTime() + DRIVE_AFTER_MS));
      if (!order) break;
      await this.advanceOrder.execute(order.id);
    }
    const before = {
      log: (eventIds: string[]) => this.logSales.execute(eventIds),
      stillMoving: (orderIds: string[]) => this.orders.stillMoving(orderIds),
    };
    await this.inventories.trim(this.clock.now(), before, MAX_TRIMMED_EVENTS);
  }
}
