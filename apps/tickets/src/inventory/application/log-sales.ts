import { Injectable } from '@nestjs/common';
import { ActivityFeed } from '../../activity/activity-feed.ts';
import { salesOf } from '../domain/sale.ts';
import { InventoryRepository } from '../infrastructure/inventory.repository.ts';
import { SalesLogRepository } from '../infrastructure/sales-log.repository.ts';

/**
 * Brings into the sales log what it lacks of events. Any number of processes may do it for one event at the same time:
 * each computes the same places from the inventory, and the unique index keeps the first of each. What is noted as logged
 * can be read, for the log is written first.
 */
@Injectable()
export class LogSales {
  constructor(
    private readonly inventories: InventoryRepository,
    private readonly log: SalesLogRepository,
    private readonly feed: ActivityFeed,
  ) {}

  async execute(eventIds: readonly string[]): Promise<void> {
    const inventories = await this.inventories.unlogged(eventIds);
    await this.log.add(inventories.flatMap(salesOf));
    await this.inventories.noteLogged(inventories);
    await this.feed.salesLogged(inventories.map(({ eventId }) => eventId));
  }
}
