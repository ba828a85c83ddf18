import { Inject, Injectable } from '@nestjs/common';
import { eventsEvents, type FactsOf } from '#contracts';
import { CLOCK, type Clock } from '#kernel';
import { FactConsumer } from '#messaging';
import { ClosuresRepository } from '../../closures/infrastructure/closures.repository.ts';
import { DecideCapacities } from '../../inventory/application/decide-capacities.ts';
import { wishOnOpening } from '../../inventory/domain/capacity.ts';
import { InventoryRepository } from '../../inventory/infrastructure/inventory.repository.ts';
import { StockLoader } from '../../inventory/infrastructure/stock-loader.ts';
import { EventCopiesRepository } from '../infrastructure/event-copies.repository.ts';

/**
 * Learns of events: copies them, opens the inventory of new ones, decides about capacities that are asked for, and closes
 * what is cancelled: claims first, then holds, then the orders that are there.
 */
@Injectable()
export class EventsConsumer {
  constructor(
    consumer: FactConsumer,
    private readonly events: EventCopiesRepository,
    private readonly inventories: InventoryRepository,
    private readonly stockLoader: StockLoader,
    private readonly closures: ClosuresRepository,
    private readonly decideCapacities: DecideCapacities,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    consumer.subscribe({ topic: eventsEvents, batch: (facts) => this.learn(facts) });
  }

  private async learn(facts: readonly FactsOf<typeof eventsEvents>[]): Promise<void> {
    const cancelled = facts
      .filter(({ payload }) => payload.status === 'CANCELLED')
      .map(({ aggregateId }) => aggregateId);
    await this.events.copy(facts);
    await this.inventories.open(
      facts.map(({ type, aggregateId, aggregateVersion, payload }) => ({
        eventId: aggregateId,
        capacities: new Map(
          payload.ticketTypes.map(({ ticketTypeId, capacity }) => [ticketTypeId, capacity]),
        ),
        wish: type === 'EventUpdated' ? wishOnOpening(aggregateVersion) : undefined,
      })),
    );
    await this.inventories.close(cancelled);
    const eventIds = [...new Set(facts.map(({ aggregateId }) => aggregateId))];
    await this.stockLoader.heed([...(await this.events.findMany(eventIds)).values()]);
    await this.closures.begin(cancelled, this.clock.now());
    await this.decideCapacities.execute(eventIds);
  }
}
