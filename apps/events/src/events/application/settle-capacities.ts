import { Injectable } from '@nestjs/common';
import type { DecidedCapacities } from '#contracts';
import { ok } from '#kernel';
import { settleCapacities } from '../domain/capacity-change.ts';
import { AmendEvent } from './amend-event.ts';

/** Takes over what `tickets` decided about wished capacities. */
@Injectable()
export class SettleCapacities {
  constructor(private readonly amendEvent: AmendEvent) {}

  /** @throws when the event cannot be written just now: the decision is to be handled again. */
  async execute(decision: DecidedCapacities): Promise<void> {
    const settled = await this.amendEvent.execute(decision.eventId, (event) =>
      ok(settleCapacities(event, decision)),
    );
    if (settled.ok || settled.failure.code === 'NOT_FOUND') return;
    throw new Error(`capacities of event ${decision.eventId} are not settled: ${settled.failure.message}`);
  }
}
