import { Context, Parent, ResolveField, Resolver, ResolveReference } from '@nestjs/graphql';
import { type GraphContext, moneyToGraph } from '#graphql';
import { PAGE_MAX_AGE_MS, type Question, recent } from '#persistence';
import { ShowEventPricing } from '../application/show-event-pricing.ts';
import type { PriceRange } from '../domain/price-range.ts';

interface Reference {
  readonly id: string;
}

@Resolver('Event')
export class EventPricingResolver {
  private readonly rangesOf: Question<PriceRange>;

  constructor(showEventPricing: ShowEventPricing) {
    this.rangesOf = recent((ids) => showEventPricing.execute(ids), {
      maxAgeMs: PAGE_MAX_AGE_MS,
      maxEntries: 10_000,
    });
  }

  @ResolveReference()
  resolveReference(@Parent() { id }: Reference): Reference {
    return { id };
  }

  @ResolveField()
  async pricing(
    @Parent() { id }: Reference,
    @Context() { loaders }: GraphContext,
  ): Promise<object | undefined> {
    const range = await loaders.load(this.rangesOf, id);
    return range && { ...range, lowest: moneyToGraph(range.lowest), highest: moneyToGraph(range.highest) };
  }
}
