import { Injectable } from '@nestjs/common';
import { TicketTypesRepository } from '../../ticket-types/infrastructure/ticket-types.repository.ts';
import { type CurrentPrice, currentPrice } from '../domain/price-book.ts';
import { PriceBooksRepository } from '../infrastructure/price-books.repository.ts';

/** The present prices of ticket types; those that pricing has not learnt of are left out. */
@Injectable()
export class ShowPrices {
  constructor(
    private readonly ticketTypes: TicketTypesRepository,
    private readonly books: PriceBooksRepository,
  ) {}

  async execute(ticketTypeIds: readonly string[]): Promise<Map<string, CurrentPrice>> {
    const [ticketTypes, books] = await Promise.all([
      this.ticketTypes.findMany(ticketTypeIds),
      this.books.findMany(ticketTypeIds),
    ]);
    return new Map([...ticketTypes].map(([id, ticketType]) => [id, currentPrice(ticketType, books.get(id))]));
  }
}
