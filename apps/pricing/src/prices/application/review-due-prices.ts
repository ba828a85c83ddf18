import { Inject, Injectable } from '@nestjs/common';
import { pricingPrices } from '#contracts';
import { CLOCK, type Clock } from '#kernel';
import { FactFactory, type PendingFact } from '#messaging';
import { counter, LOGGER, type Logger, withCorrelation } from '#observability';
import {
  DemandRepository,
  type DueReview,
  type NextReview,
} from '../../demand/infrastructure/demand.repository.ts';
import type { TicketType } from '../../ticket-types/domain/ticket-type.ts';
import { TicketTypesRepository } from '../../ticket-types/infrastructure/ticket-types.repository.ts';
import { openBook, type PriceBook, type PriceChange } from '../domain/price-book.ts';
import { nextReviewAt, review } from '../domain/review.ts';
import { PriceBooksRepository } from '../infrastructure/price-books.repository.ts';

/** Most ticket types that one run reviews. */
export const REVIEWS_PER_RUN = 100;
/** How long a run may take before another process takes over what it left. */
const TAKEN_FOR_MS = 5_000;

const reviews = counter('tessera_price_reviews_total', 'Looks at the price of a ticket type', ['outcome']);

/**
 * Reviews the prices that are due and publishes those that move. Any number of processes may do so at once: the next
 * version of a price book is written by one of them.
 */
@Injectable()
export class ReviewDuePrices {
  constructor(
    private readonly demand: DemandRepository,
    private readonly ticketTypes: TicketTypesRepository,
    private readonly books: PriceBooksRepository,
    private readonly facts: FactFactory,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Gives the number of ticket types reviewed; at {@link REVIEWS_PER_RUN} there may be more. */
  async execute(): Promise<number> {
    const now = this.clock.now();
    const due = await this.demand.takeDue(now, new Date(now.getTime() + TAKEN_FOR_MS), REVIEWS_PER_RUN);
    if (due.length === 0) return 0;
    const ids = due.map(({ demand }) => demand.ticketTypeId);
    const [ticketTypes, books] = await Promise.all([
      this.ticketTypes.findMany(ids),
      this.books.findMany(ids),
    ]);
    const next = await Promise.all(
      due.map((one) => {
        const { ticketTypeId, lastFact } = one.demand;
        const cause = { correlationId: lastFact.correlationId, causationId: lastFact.id };
        return withCorrelation(cause, () =>
          this.reviewOne(one, ticketTypes.get(ticketTypeId), books.get(ticketTypeId), now),
        );
      }),
    );
    await this.demand.plan(next);
    return due.length;
  }

  private async reviewOne(
    due: DueReview,
    ticketType: TicketType | undefined,
    stored: PriceBook | undefined,
    now: Date,
  ): Promise<NextReview> {
    // Demand came before the event it is for. The copy of the event will make the review due again.
    if (!ticketType) return { due };
    const book = stored ?? openBook(ticketType);
    const result = review(ticketType, due.demand, book, now);
    reviews.inc({ outcome: result.outcome });
    switch (result.outcome) {
      case 'CLOSED':
        return { due };
      case 'KEPT':
        if (result.book !== book) await this.books.save(result.book, []);
        return { due, at: nextReviewAt(ticketType, due.demand, book, now) };
      case 'MOVED':
        await this.publish(book, result.book, result.change);
        return { due, at: nextReviewAt(ticketType, due.demand, result.book, now) };
    }
  }

  private async publish(book: PriceBook, next: PriceBook, change: PriceChange): Promise<void> {
    await this.books.archive(book);
    if (!(await this.books.save(next, [this.factOf(next, change)]))) return;
    const { price, previous, recommended, reason, basis } = change;
    this.logger.info(
      { ticketTypeId: next.ticketTypeId, price, previous, recommended, reason, basis },
      'price changed',
    );
  }

  private factOf({ ticketTypeId, eventId, version }: PriceBook, change: PriceChange): PendingFact {
    const { price, previous, reason, recommended, unitsSold, changedAt } = change;
    return this.facts.create(
      pricingPrices,
      'PriceChanged',
      { id: ticketTypeId, version },
      {
        ticketTypeId,
        eventId,
        price,
        previous,
        reason,
        recommended,
        unitsSold,
        changedAt: changedAt.toISOString(),
      },
    );
  }
}
