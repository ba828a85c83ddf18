import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock } from '#kernel';
import { type DemandLedger, fold, type ReceivedDemand } from '../domain/demand.ts';
import {
  DemandRepository,
  type LedgerUpdate,
  type StoredLedger,
} from '../infrastructure/demand.repository.ts';

/** A partition has one consumer; only while it changes hands can two of them write the same ledger. */
const MAX_TRIES = 5;

/** Another process kept writing the same ledgers: the facts have to be handled again. */
export class LedgerContended extends Error {
  override readonly name = 'LedgerContended';
}

/** Counts the facts of one partition: one read and one write, however many facts. @throws LedgerContended */
@Injectable()
export class FoldDemand {
  constructor(
    private readonly demand: DemandRepository,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute(received: readonly ReceivedDemand[]): Promise<void> {
    const byTicketType = Map.groupBy(received, ({ fact }) => fact.payload.ticketTypeId);
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const stored = await this.demand.ledgersOf([...byTicketType.keys()]);
      const updates = [...byTicketType].flatMap(([id, facts]) => updateOf(stored.get(id), facts));
      if (await this.demand.saveAll(updates, this.clock.now())) return;
    }
    throw new LedgerContended(`the demand ledgers changed ${MAX_TRIES} times while facts were counted`);
  }
}

/** Nothing when every fact was counted before. */
function updateOf(before: StoredLedger | undefined, facts: readonly ReceivedDemand[]): LedgerUpdate[] {
  const after: DemandLedger | undefined = fold(before?.ledger, facts);
  return after && after !== before?.ledger ? [{ before, after }] : [];
}
