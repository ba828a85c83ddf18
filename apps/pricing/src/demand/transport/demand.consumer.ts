import { Injectable } from '@nestjs/common';
import { ticketsDemand } from '#contracts';
import { FactConsumer, type FactPosition } from '#messaging';
import { ReviewLoop } from '../../prices/transport/review-loop.ts';
import { FoldDemand } from '../application/fold-demand.ts';
import type { DemandFact, ReceivedDemand } from '../domain/demand.ts';

@Injectable()
export class DemandConsumer {
  constructor(
    consumer: FactConsumer,
    private readonly foldDemand: FoldDemand,
    private readonly reviews: ReviewLoop,
  ) {
    consumer.subscribe({ topic: ticketsDemand, batch: (facts, positions) => this.count(facts, positions) });
  }

  private async count(facts: readonly DemandFact[], positions: readonly FactPosition[]): Promise<void> {
    await this.foldDemand.execute(facts.map((fact, i) => receivedAt(fact, positions[i])));
    this.reviews.soon();
  }
}

function receivedAt(fact: DemandFact, position: FactPosition | undefined): ReceivedDemand {
  if (!position) throw new Error(`fact ${fact.id} came without its position`);
  return { fact, ...position };
}
