import { Injectable } from '@nestjs/common';
import { eventsEvents, type FactsOf } from '#contracts';
import { FactConsumer } from '#messaging';
import { InventoryRepository } from '../../inventory/infrastructure/inventory.repository.ts';
import { StockLoader } from '../../inventory/infrastructure/stock-loader.ts';
import { EventCopiesRepository } from '../infrastructure/event-copies.repository.ts';

/** Learns of events: copies them, opens the inventory of new ones, closes that of cancelled ones. */
@Injectable()
export class EventsConsumer {
  constructor(
    consumer: FactConsumer,
    private readonly events: EventCopiesRepository,
    private readonly inventories: InventoryRepository,
    private readonly stockLoader: StockLoader,
  ) {
    consumer.subscribe({ topic: eventsEvents, batch: (facts) => this.learn(facts) });
  }

  private async learn(facts: readonly FactsOf<typeof eventsEvents>[]): Promise<void> {
    const cancelled = facts
      .filter(({ payload }) => payload.status === 'CANCELLED')
      .map(({ aggregateId }) => aggregateId);
    await this.events.copy(facts);
    await this.inventories.open(
      facts.map(({ aggregateId, payload }) => ({
        eventId: aggregateId,
        capacities: new Map(
          payload.ticketTypes.map(({ ticketTypeId, capacity }) => [ticketTypeId, capacity]),
        ),
      })),
    );
    await this.inventories.close(cancelled);
    await this.stockLoader.invalidate(facts.map(({ aggregateId }) => aggregateId));
  }
}
