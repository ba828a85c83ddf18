import { Inject, Injectable } from '@nestjs/common';
import { LOGGER, type Logger } from '#observability';
import { Sweep } from '#service';
import { SweepPayments } from '../application/sweep-payments.ts';

/** A round asks the provider about up to 100 payments, a few at a time, each within 4 s. */
const ROUND_LIMIT_MS = 5 * 60_000;

@Injectable()
export class SweepTimer extends Sweep {
  constructor(
    private readonly sweepPayments: SweepPayments,
    @Inject(LOGGER) logger: Logger,
  ) {
    super(
      {
        everyMs: 1_000,
        whenItFails: 'the sweep of payments failed; it goes on',
        limitMs: ROUND_LIMIT_MS,
      },
      logger,
    );
  }

  protected async round(): Promise<void> {
    await this.sweepPayments.execute();
  }
}
