import { Context, Parent, ResolveField, Resolver, ResolveReference } from '@nestjs/graphql';
import { type GraphContext, moneyToGraph } from '#graphql';
import { ShowEventPricing } from '../application/show-event-pricing.ts';
import type { PriceRange } from '../domain/price-range.ts';

interface Reference {
  readonly id: string;
}

@Resolver('Event')
export class EventPricingResolver {
  private readonly rangesOf: (ids: readonly string[]) => Promise<Map<string, PriceRange>>;

  constructor(showEventPricing: ShowEventPricing) {
    this.rangesOf = (ids) => showEventPricing.execute(ids);
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
