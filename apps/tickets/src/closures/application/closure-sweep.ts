import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock } from '#kernel';
import { LOGGER, type Logger } from '#observability';
import { Sweep } from '#service';
import { ClosuresRepository } from '../infrastructure/closures.repository.ts';
import { WindUpEvent } from './wind-up-event.ts';

const SWEEP_EVERY_MS = 250;
/** Longer than one turn takes; a process that dies in it is followed by another after this time. */
const LEASE_MS = 10_000;
const MAX_PER_SWEEP = 20;

/** Winds up cancelled events, in turns. Any number of instances may sweep; there are no timers to lose. */
@Injectable()
export class ClosureSweep extends Sweep {
  constructor(
    private readonly closures: ClosuresRepository,
    private readonly windUpEvent: WindUpEvent,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) logger: Logger,
  ) {
    super({ everyMs: SWEEP_EVERY_MS, whenItFails: 'the closure sweep failed; it goes on' }, logger);
  }

  protected async round(): Promise<void> {
    for (let turns = 0; turns < MAX_PER_SWEEP; turns++) {
      const now = this.clock.now();
      const due = await this.closures.takeDue(now, new Date(now.getTime() + LEASE_MS));
      if (!due) return;
      await this.windUpEvent.execute(due);
    }
  }
}
