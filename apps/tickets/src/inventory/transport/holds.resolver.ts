import { Args, Context, Mutation, Query, Resolver } from '@nestjs/graphql';
import { type Answer, answer, type GraphContext } from '#graphql';
import { ExtendHold } from '../application/extend-hold.ts';
import { HoldTickets } from '../application/hold-tickets.ts';
import { ReleaseHold } from '../application/release-hold.ts';
import { accountsOf } from '../domain/holder.ts';
import { Holds } from '../infrastructure/holds.ts';
import { Holders } from './holders.ts';
import { holdToGraph } from './to-graph.ts';

@Resolver('Hold')
export class HoldsResolver {
  constructor(
    private readonly holders: Holders,
    private readonly holdTicketsCase: HoldTickets,
    private readonly extendHoldCase: ExtendHold,
    private readonly releaseHoldCase: ReleaseHold,
    private readonly holds: Holds,
  ) {}

  @Query()
  async hold(@Args('id') id: string, @Context() context: GraphContext): Promise<object | undefined> {
    const holder = this.holders.in(context);
    const hold = holder && (await this.holds.find(id));
    return hold && accountsOf(holder).includes(hold.accountId) ? holdToGraph(hold) : undefined;
  }

  @Mutation()
  async holdTickets(@Args('input') input: unknown, @Context() context: GraphContext): Promise<Answer> {
    return answer('Hold', await this.holdTicketsCase.execute(this.holders.in(context), input), holdToGraph);
  }

  @Mutation()
  async extendHold(@Args('id') id: string, @Context() context: GraphContext): Promise<Answer> {
    return answer('Hold', await this.extendHoldCase.execute(this.holders.in(context), id), holdToGraph);
  }

  @Mutation()
  async releaseHold(@Args('id') id: string, @Context() context: GraphContext): Promise<Answer> {
    return answer('Hold', await this.releaseHoldCase.execute(this.holders.in(context), id), holdToGraph);
  }
}
