import { Args, Context, Mutation, Query, Resolver } from '@nestjs/graphql';
import { type Answer, answer, type GraphContext } from '#graphql';
import { HoldTickets } from '../application/hold-tickets.ts';
import { ReleaseHold } from '../application/release-hold.ts';
import { Stock } from '../infrastructure/stock.ts';
import { holdToGraph } from './to-graph.ts';

@Resolver('Hold')
export class HoldsResolver {
  constructor(
    private readonly holdTicketsCase: HoldTickets,
    private readonly releaseHoldCase: ReleaseHold,
    private readonly stock: Stock,
  ) {}

  @Query()
  async hold(@Args('id') id: string, @Context() { viewer }: GraphContext): Promise<object | undefined> {
    const hold = viewer && (await this.stock.find(id));
    return hold?.accountId === viewer?.userId && hold ? holdToGraph(hold) : undefined;
  }

  @Mutation()
  async holdTickets(@Args('input') input: unknown, @Context() { viewer }: GraphContext): Promise<Answer> {
    return answer('Hold', await this.holdTicketsCase.execute(viewer, input), holdToGraph);
  }

  @Mutation()
  async releaseHold(@Args('id') id: string, @Context() { viewer }: GraphContext): Promise<Answer> {
    return answer('Hold', await this.releaseHoldCase.execute(viewer, id), holdToGraph);
  }
}
