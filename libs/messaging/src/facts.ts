import { Inject, Injectable } from '@nestjs/common';
import type { FactContract, TopicContract, FactsOf, Fact } from '#contracts';
import { CLOCK, type Clock, IDS, type IdSource } from '#kernel';
import { currentCorrelation, currentTraceparent } from '#observability';

/** A fact on its way: where it goes, and itself. */
export interface PendingFact extends Fact {
  readonly topic: string;
  /** Of the request or fact that caused it, if that is traced: the relay, later and elsewhere, goes on with it. */
  readonly traceparent?: string;
}

type FactTypes<T extends TopicContract> = FactsOf<T>['type'];
type Payload<T extends TopicContract, K extends FactTypes<T>> = Extract<FactsOf<T>, { type: K }>['payload'];

export interface Aggregate {
  readonly id: string;
  readonly version: number;
}

/** Makes facts in the form of the contracts, stamped with time, id and the correlation of the current request. */
@Injectable()
export class FactFactory {
  constructor(
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(IDS) private readonly ids: IdSource,
  ) {}

  create<T extends TopicContract, K extends FactTypes<T>>(
    topic: T,
    type: K,
    aggregate: Aggregate,
    payload: Payload<T, K>,
  ): PendingFact {
    const contract: FactContract | undefined = topic.facts[type];
    if (!contract) throw new Error(`${topic.name} has no fact ${type}`);
    const id = this.ids.uuid();
    const correlation = currentCorrelation();
    const traceparent = currentTraceparent();
    return {
      topic: topic.name,
      id,
      type,
      version: contract.version,
      occurredAt: this.clock.now().toISOString(),
      aggregateId: aggregate.id,
      aggregateVersion: aggregate.version,
      correlationId: correlation?.correlationId ?? id,
      causationId: correlation?.causationId ?? id,
      payload: contract.payload.parse(payload),
      ...(traceparent === undefined ? {} : { traceparent }),
    };
  }
}
