import { Inject, Injectable } from '@nestjs/common';
import { LOGGER, type Logger } from '#observability';
import { Sweep } from '#service';
import { SweepPayments } from '../application/sweep-payments.ts';

@Injectable()
export class SweepTimer extends Sweep {
  constructor(
    private readonly sweepPayments: SweepPayments,
    @Inject(LOGGER) logger: Logger,
  ) {
    super({ everyMs: 1_000, whenItFails: 'the sweep of payments failed; it goes on' }, logger);
  }

  protected async round(): Promise<void> {
    await this.sweepPayments.execute();
  }
}
