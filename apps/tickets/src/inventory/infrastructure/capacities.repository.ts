import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type Collection, Db } from 'mongodb';
import { type DecidedCapacities, ticketsCapacities } from '#contracts';
import {
  FactFactory,
  type Outboxed,
  outboxHasRoom,
  outboxIndex,
  outboxOf,
  OutboxRelay,
  type PendingFact,
  withFacts,
} from '#messaging';
import { ensureIndexes, isDuplicateKey } from '#persistence';
import type { CapacityDecision } from '../domain/capacity.ts';

interface DecisionDocument extends Outboxed {
  version: number;
  decision: DecidedCapacities;
}

const COLLECTION = 'capacities';

/** The newest decision about the capacities of each event. */
@Injectable()
export class CapacitiesRepository implements OnModuleInit {
  private readonly decisions: Collection<DecisionDocument>;

  constructor(
    db: Db,
    private readonly facts: FactFactory,
    private readonly relay: OutboxRelay,
  ) {
    this.decisions = db.collection(COLLECTION);
    relay.watch(COLLECTION);
  }

  async onModuleInit(): Promise<void> {
    await ensureIndexes(this.decisions, [outboxIndex]);
  }

  /** Tells a decision, unless it or a newer one has been told. @throws when Kafka is away and the outbox is full */
  async tell(
    event: { readonly eventId: string; readonly organizationId: string },
    decided: CapacityDecision,
    now: Date,
  ): Promise<void> {
    const before = await this.decisions.findOne({ _id: event.eventId });
    if (before && before.decision.eventVersion >= decided.eventVersion) return;
    const { eventId, organizationId } = event;
    const decision: DecidedCapacities = {
      eventId,
      organizationId,
      eventVersion: decided.eventVersion,
      ticketTypes: decided.ticketTypes.map((ticketType) => ({ ...ticketType })),
      refused: decided.refused.map((refused) => ({ ...refused })),
      decidedAt: now.toISOString(),
    };
    const version = (before?.version ?? 0) + 1;
    const written = before
      ? await this.replace(version, decision, now)
      : await this.insert(version, decision, now);
    if (!written)
      throw new Error(`the capacities of event ${eventId} were decided elsewhere at the same time`);
    this.relay.publishSoon(COLLECTION, eventId);
  }

  private async insert(version: number, decision: DecidedCapacities, now: Date): Promise<boolean> {
    const facts = [this.factOf(version, decision)];
    try {
      await this.decisions.insertOne({ _id: decision.eventId, version, decision, ...outboxOf(facts, now) });
      return true;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }

  private async replace(version: number, decision: DecidedCapacities, now: Date): Promise<boolean> {
    const { matchedCount } = await this.decisions.updateOne(
      { _id: decision.eventId, version: version - 1, ...outboxHasRoom<DecisionDocument>() },
      withFacts<DecisionDocument>({ $set: { version, decision } }, [this.factOf(version, decision)], now),
    );
    return matchedCount === 1;
  }

  private factOf(version: number, decision: DecidedCapacities): PendingFact {
    const type = decision.refused.length > 0 ? 'CapacityChangeRefused' : 'CapacityChanged';
    return this.facts.create(ticketsCapacities, type, { id: decision.eventId, version }, decision);
  }
}
