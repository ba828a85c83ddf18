import { Injectable } from '@nestjs/common';
import { TicketTypesRepository } from '../../ticket-types/infrastructure/ticket-types.repository.ts';
import { type PriceRange, priceRange } from '../domain/price-range.ts';
import { PriceBooksRepository } from '../infrastructure/price-books.repository.ts';

/** The ranges of prices of events; those that pricing has not learnt of are left out. */
@Injectable()
export class ShowEventPricing {
  constructor(
    private readonly ticketTypes: TicketTypesRepository,
    private readonly books: PriceBooksRepository,
  ) {}

  async execute(eventIds: readonly string[]): Promise<Map<string, PriceRange>> {
    const ticketTypes = await this.ticketTypes.ofEvents(eventIds);
    const books = await this.books.findMany(ticketTypes.map(({ id }) => id));
    const ranges = new Map<string, PriceRange>();
    for (const [eventId, ofEvent] of Map.groupBy(ticketTypes, (ticketType) => ticketType.eventId)) {
      const range = priceRange(ofEvent, books);
      if (range) ranges.set(eventId, range);
    }
    return ranges;
  }
}
