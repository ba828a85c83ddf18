import { Inject, Injectable } from '@nestjs/common';
import { LOGGER, type Logger } from '#observability';
import { Sweep } from '#service';
import { StockLoader } from '../infrastructure/stock-loader.ts';
import { TouchedEvents } from '../infrastructure/touched-events.ts';

const SWEEP_EVERY_MS = 60_000;
/** Of one round; the others wait for the next. */
const MAX_EVENTS = 500;

/** Forgets the stock of events that nobody has touched for hours, or Redis would keep every event there ever was. */
@Injectable()
export class StockSweep extends Sweep {
  constructor(
    private readonly touched: TouchedEvents,
    private readonly stockLoader: StockLoader,
    @Inject(LOGGER) logger: Logger,
  ) {
    super({ everyMs: SWEEP_EVERY_MS, whenItFails: 'the sweep of idle stock failed; it goes on' }, logger);
  }

  /** The event is struck off first: somebody who touches it from here on notes it anew. */
  protected async round(): Promise<void> {
    for (const eventId of await this.touched.idle(MAX_EVENTS)) {
      await this.touched.forget(eventId);
      if (!(await this.stockLoader.forget(eventId))) await this.touched.keep(eventId);
    }
  }
}
