import { Inject, Injectable } from '@nestjs/common';
import { LOGGER, type Logger } from '#observability';
import { Sweep } from '#service';
import { InventoryRepository } from '../infrastructure/inventory.repository.ts';
import { LogSales } from './log-sales.ts';

const SWEEP_EVERY_MS = 200;
/** Events that one sweep looks at; what is left waits for the next. */
const MAX_PER_SWEEP = 200;

/**
 * Logs the sales that this process has made, all of an event's in one go. What a process that died has left is logged when
 * its moves are trimmed, some ten seconds later: see MoveSweep.
 */
@Injectable()
export class SalesLogSweep extends Sweep {
  private readonly selling = new Set<string>();

  constructor(
    private readonly logSales: LogSales,
    inventories: InventoryRepository,
    @Inject(LOGGER) logger: Logger,
  ) {
    super({ everyMs: SWEEP_EVERY_MS, whenItFails: 'sales wait to be logged' }, logger);
    inventories.onSale((eventId) => this.selling.add(eventId));
  }

  protected async round(): Promise<void> {
    const eventIds = [...this.selling].slice(0, MAX_PER_SWEEP);
    if (eventIds.length === 0) return;
    for (const eventId of eventIds) this.selling.delete(eventId);
    try {
      await this.logSales.execute(eventIds);
    } catch (error) {
      for (const eventId of eventIds) this.selling.add(eventId);
      throw error;
    }
  }
}
