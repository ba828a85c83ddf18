import { Inject, Injectable } from '@nestjs/common';
import { LOGGER, type Logger } from '#observability';
import { Sweep } from '#service';
import { FinishPublications } from '../application/finish-publications.ts';

@Injectable()
export class CutOffPublicationsTimer extends Sweep {
  constructor(
    private readonly finishPublications: FinishPublications,
    @Inject(LOGGER) logger: Logger,
  ) {
    super({ everyMs: 10_000, whenItFails: 'publications of seating plans wait for the next round' }, logger);
  }

  protected async round(): Promise<void> {
    const count = await this.finishPublications.execute();
    if (count > 0) this.logger.info({ count }, 'ended publications of seating plans that were cut off');
  }
}
