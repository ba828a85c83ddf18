import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type Collection, Db } from 'mongodb';
import { type DecidedCapacities, ticketsCapacities } from '#contracts';
import { FactFactory, type Outboxed, outboxIndex, OutboxRelay } from '#messaging';
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
    const written = before ? await this.replace(version, decision) : await this.insert(version, decision);
    if (!written)
      throw new Error(`the capacities of event ${eventId} were decided elsewhere at the same time`);
  }

  private async insert(version: number, decision: DecidedCapacities): Promise<boolean> {
    const document = { _id: decision.eventId, version, decision };
    try {
      await this.relay.insert<DecisionDocument>(COLLECTION, document, [this.factOf(version, decision)]);
      return true;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }

  private replace(version: number, decision: DecidedCapacities): Promise<boolean> {
    const previous = { _id: decision.eventId, version: version - 1 };
    const facts = [this.factOf(version, decision)];
    return this.relay.update<DecisionDocument>(COLLECTION, previous, { $set: { version, decision } }, facts);
  }

  private factOf(version: number, decision: DecidedCapacities) {
    const type = decision.refused.length > 0 ? 'CapacityChangeRefused' : 'CapacityChanged';
    return this.facts.create(ticketsCapacities, type, { id: decision.eventId, version }, decision);
  }
}
