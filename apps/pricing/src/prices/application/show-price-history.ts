import { Injectable } from '@nestjs/common';
import type { PriceChange } from '../domain/price-book.ts';
import { PriceBooksRepository } from '../infrastructure/price-books.repository.ts';

/** The newest published changes of prices, newest first. `first` is a page size that was checked. */
@Injectable()
export class ShowPriceHistory {
  constructor(private readonly books: PriceBooksRepository) {}

  execute(ticketTypeIds: readonly string[], first: number): Promise<Map<string, PriceChange[]>> {
    return this.books.newestChanges(ticketTypeIds, first);
  }
}
