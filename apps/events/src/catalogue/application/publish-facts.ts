import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { EventsRepository } from '../../events/infrastructure/events.repository.ts';
import { PlansRepository } from '../../seating/infrastructure/plans.repository.ts';
import type { ImportProgress } from './import-progress.ts';

const LOOK_EVERY_MS = 100;
/** Without any fact going out for so long, waiting makes no sense. */
const PATIENCE_MS = 60_000;

/** Kafka takes no facts. None is lost: they stay in their outboxes, for the service or another import to send. */
export class FactsStay extends Error {
  override readonly name = 'FactsStay';
}

/** Brings all facts of events and seating plans to Kafka that wait in outboxes, and waits until none is left. */
@Injectable()
export class PublishFacts {
  constructor(
    private readonly events: EventsRepository,
    private readonly plans: PlansRepository,
  ) {}

  /** How many events and sections had facts to send. @throws FactsStay */
  async execute(progress: ImportProgress): Promise<number> {
    const total = await this.countWaiting();
    progress.begin('facts to Kafka', total);
    let left = total;
    let movedAt = performance.now();
    while (left > 0) {
      await this.plans.publishWaitingFacts();
      await this.events.publishWaitingFacts();
      await sleep(LOOK_EVERY_MS);
      const before = left;
      left = await this.countWaiting();
      if (left < before) movedAt = performance.now();
      if (performance.now() - movedAt > PATIENCE_MS) {
        throw new FactsStay(
          `Kafka has taken no facts for ${PATIENCE_MS / 1_000} s; those of ${left} events and sections wait.`,
        );
      }
      progress.advance(Math.max(0, total - left), `${left} wait`);
    }
    progress.end();
    return total;
  }

  private async countWaiting(): Promise<number> {
    return (await this.events.countWithFactsToSend()) + (await this.plans.countWithFactsToSend());
  }
}
