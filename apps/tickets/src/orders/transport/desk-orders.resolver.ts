import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import { type Answer, answer, type GraphContext } from '#graphql';
import { IssueComplimentary } from '../application/issue-complimentary.ts';
import { SellAtDoor } from '../application/sell-at-door.ts';
import { orderToGraph } from './to-graph.ts';

/** Orders from the organization's own desk. */
@Resolver('Order')
export class DeskOrdersResolver {
  constructor(
    private readonly issueComplimentaryCase: IssueComplimentary,
    private readonly sellAtDoorCase: SellAtDoor,
  ) {}

  @Mutation()
  async issueComplimentary(
    @Args('input') input: unknown,
    @Context() { viewer }: GraphContext,
  ): Promise<Answer> {
    return answer('Order', await this.issueComplimentaryCase.execute(viewer, input), orderToGraph);
  }

  @Mutation()
  async sellAtDoor(@Args('input') input: unknown, @Context() { viewer }: GraphContext): Promise<Answer> {
    return answer('Order', await this.sellAtDoorCase.execute(viewer, input), orderToGraph);
  }
}
