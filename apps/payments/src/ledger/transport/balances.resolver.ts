import { Args, Context, Parent, Query, ResolveField, Resolver, ResolveReference } from '@nestjs/graphql';
import { type GraphContext, moneyToGraph, orGraphError } from '#graphql';
import { ReadBalances } from '../application/read-balances.ts';
import type { Balance } from '../domain/balance.ts';

@Resolver('Organization')
export class BalancesResolver {
  constructor(private readonly balances: ReadBalances) {}

  @ResolveReference()
  resolveReference(@Parent() { id }: { id: string }, @Context() _context: GraphContext): { id: string } {
    return { id };
  }

  @ResolveField('balances')
  async ofOrganization(
    @Parent() { id }: { id: string },
    @Args('eventId') eventId: unknown,
    @Context() { viewer }: GraphContext,
  ): Promise<object[] | undefined> {
    return orGraphError(await this.balances.ofOrganization(viewer, id, eventId))?.map(toGraph);
  }

  @Query('providerBalances')
  async ofProvider(
    @Args('provider') provider: unknown,
    @Context() { viewer }: GraphContext,
  ): Promise<object[]> {
    return orGraphError(await this.balances.ofProvider(viewer, provider)).map(toGraph);
  }
}

function toGraph({ captured, refunded, disputed, balance }: Balance): object {
  return {
    captured: moneyToGraph(captured),
    refunded: moneyToGraph(refunded),
    disputed: moneyToGraph(disputed),
    balance: moneyToGraph(balance),
  };
}
