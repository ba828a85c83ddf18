import { Inject, Injectable } from '@nestjs/common';
import type { eventsEvents, FactsOf } from '#contracts';
import { CLOCK, type Clock } from '#kernel';
import { DemandRepository } from '../../demand/infrastructure/demand.repository.ts';
import { TicketTypesRepository } from '../infrastructure/ticket-types.repository.ts';

/** Keeps the copies of ticket types, and has the prices reviewed that a change of limits or window may concern. */
@Injectable()
export class CopyTicketTypes {
  constructor(
    private readonly ticketTypes: TicketTypesRepository,
    private readonly demand: DemandRepository,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute(facts: readonly FactsOf<typeof eventsEvents>[]): Promise<void> {
    await this.ticketTypes.copy(facts);
    const demandPriced = facts
      .flatMap(({ payload }) => payload.ticketTypes)
      .filter(({ pricing }) => pricing.mode === 'DEMAND')
      .map(({ ticketTypeId }) => ticketTypeId);
    await this.demand.reviewSoon(demandPriced, this.clock.now());
  }
}
