import { Args, Context, Parent, ResolveField, Resolver, ResolveReference } from '@nestjs/graphql';
import { z } from 'zod';
import { type GraphContext, moneyToGraph, orGraphError, pageSize } from '#graphql';
import { parseInput } from '#kernel';
import { PAGE_MAX_AGE_MS, type Question, recent } from '#persistence';
import { isMember } from '#security';
import { ShowPriceHistory } from '../application/show-price-history.ts';
import { ShowPrices } from '../application/show-prices.ts';
import type { CurrentPrice, PriceChange } from '../domain/price-book.ts';

interface Reference {
  readonly id: string;
}

/** What a loader asks for many ticket types at once. It is known by its identity, so each is made once. */
type HistoryQuestion = (ids: readonly string[]) => Promise<Map<string, PriceChange[]>>;

const historyArguments = z.object({ first: pageSize });

@Resolver('TicketType')
export class TicketTypePricesResolver {
  private readonly pricesOf: Question<CurrentPrice>;
  /** By page size, of which there are not many. */
  private readonly historiesOf = new Map<number, HistoryQuestion>();

  constructor(
    showPrices: ShowPrices,
    private readonly showPriceHistory: ShowPriceHistory,
  ) {
    this.pricesOf = recent((ids) => showPrices.execute(ids), {
      maxAgeMs: PAGE_MAX_AGE_MS,
      maxEntries: 50_000,
    });
  }

  @ResolveReference()
  resolveReference(@Parent() { id }: Reference): Reference {
    return { id };
  }

  @ResolveField()
  async price(
    @Parent() { id }: Reference,
    @Context() { loaders, viewer }: GraphContext,
  ): Promise<object | undefined> {
    const price = await loaders.load(this.pricesOf, id);
    return (
      price && { ...priceToGraph(price), ...(isMember(viewer, price.organizationId) && limitsToGraph(price)) }
    );
  }

  @ResolveField()
  async priceHistory(
    @Parent() { id }: Reference,
    @Args() input: unknown,
    @Context() { loaders }: GraphContext,
  ): Promise<object[]> {
    const { first } = orGraphError(parseInput(historyArguments, input));
    const changes = await loaders.load(this.historyQuestion(first), id);
    return (changes ?? []).map(changeToGraph);
  }

  private historyQuestion(first: number): HistoryQuestion {
    const known = this.historiesOf.get(first);
    if (known) return known;
    const question: HistoryQuestion = (ids) => this.showPriceHistory.execute(ids, first);
    this.historiesOf.set(first, question);
    return question;
  }
}

function priceToGraph({ current, since, reason }: CurrentPrice): object {
  return { current: moneyToGraph(current), since, reason };
}

function limitsToGraph({ floor, ceiling }: CurrentPrice): object {
  return { floor: moneyToGraph(floor), ceiling: moneyToGraph(ceiling) };
}

function changeToGraph({ price, previous, recommended, reason, unitsSold, changedAt }: PriceChange): object {
  return {
    price: moneyToGraph(price),
    previous: moneyToGraph(previous),
    recommended: moneyToGraph(recommended),
    reason,
    unitsSold,
    changedAt,
  };
}
