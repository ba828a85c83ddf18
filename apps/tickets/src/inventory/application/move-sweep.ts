import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock } from '#kernel';
import { LOGGER, type Logger } from '#observability';
import { Sweep } from '#service';
import { OrdersRepository } from '../../orders/infrastructure/orders.repository.ts';
import { InventoryRepository } from '../infrastructure/inventory.repository.ts';
import { LogSales } from './log-sales.ts';

const SWEEP_EVERY_MS = 1_000;
/** Events whose moves one sweep trims; what is left waits for the next. */
const MAX_EVENTS = 200;

/**
 * Trims the inventories' moves once they stand in the sales log. By itself, for an inventory that is full of moves takes
 * no claims: nothing that orders wait for may keep this waiting.
 */
@Injectable()
export class MoveSweep extends Sweep {
  constructor(
    private readonly inventories: InventoryRepository,
    private readonly orders: OrdersRepository,
    private readonly logSales: LogSales,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) logger: Logger,
  ) {
    super({ everyMs: SWEEP_EVERY_MS, whenItFails: "inventories' moves wait to be trimmed" }, logger);
  }

  protected async round(): Promise<void> {
    const before = {
      log: (eventIds: string[]) => this.logSales.execute(eventIds),
      stillMoving: (orderIds: string[]) => this.orders.stillMoving(orderIds),
    };
    await this.inventories.trim(this.clock.now(), before, MAX_EVENTS);
  }
}
