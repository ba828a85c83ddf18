import { Inject, Injectable } from '@nestjs/common';
import { LOGGER, type Logger } from '#observability';
import { Sweep } from '#service';
import { SettleAbandonedScans } from '../application/settle-abandoned-scans.ts';

@Injectable()
export class AbandonedScansTimer extends Sweep {
  constructor(
    private readonly settleAbandonedScans: SettleAbandonedScans,
    @Inject(LOGGER) logger: Logger,
  ) {
    super({ everyMs: 10_000, whenItFails: 'abandoned scans wait for the next round' }, logger);
  }

  protected async round(): Promise<void> {
    await this.settleAbandonedScans.execute();
  }
}
