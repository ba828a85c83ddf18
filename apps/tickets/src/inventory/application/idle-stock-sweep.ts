import { Inject, Injectable } from '@nestjs/common';
import { LOGGER, type Logger } from '#observability';
import { Sweep } from '#service';
import { Stock } from '../infrastructure/stock.ts';
import { TouchedEvents } from '../infrastructure/touched-events.ts';

const SWEEP_EVERY_MS = 5_000;
const MAX_PER_SWEEP = 100;

/**
 * Takes the stock of events whose sale nobody has touched for hours out of Redis, which would keep it for ever: a field for
 * each buyer, a letter for each seat, of every event there ever was.
 */
@Injectable()
export class IdleStockSweep extends Sweep {
  constructor(
    private readonly touched: TouchedEvents,
    private readonly stock: Stock,
    @Inject(LOGGER) logger: Logger,
  ) {
    super({ everyMs: SWEEP_EVERY_MS, whenItFails: 'stock that nobody touches stays in Redis' }, logger);
  }

  protected async round(): Promise<void> {
    for (const eventId of await this.touched.idle(MAX_PER_SWEEP)) {
      if (await this.stock.drop(eventId)) await this.touched.forget(eventId);
      else await this.touched.renew(eventId);
    }
  }
}
