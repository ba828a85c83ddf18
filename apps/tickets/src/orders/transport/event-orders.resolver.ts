import { Args, Context, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { z } from 'zod';
import {
  type Connection,
  type GraphContext,
  newestFirstArguments,
  orGraphError,
  toConnection,
} from '#graphql';
import { parseInput } from '#kernel';
import { mayDo } from '#security';
import { EventCopiesRepository } from '../../events/infrastructure/event-copies.repository.ts';
import { eventOrdersFilter, ListEventOrders } from '../application/list-event-orders.ts';
import { orderToGraph } from './to-graph.ts';

const listArguments = z.object({ ...newestFirstArguments, filter: eventOrdersFilter });

@Resolver('Event')
export class EventOrdersResolver {
  constructor(
    private readonly events: EventCopiesRepository,
    private readonly listEventOrders: ListEventOrders,
  ) {}

  @ResolveField()
  async orders(
    @Parent() { id }: { readonly id: string },
    @Args() raw: object,
    @Context() { loaders, viewer }: GraphContext,
  ): Promise<Connection<object> | undefined> {
    const event = await loaders.load(this.events.findMany, id);
    if (!event || !mayDo(viewer, 'WATCH_SALES', event.organizationId)) return undefined;
    const { filter, first, after } = orGraphError(parseInput(listArguments, raw));
    return toConnection(await this.listEventOrders.execute(id, filter, { first, after }), orderToGraph);
  }
}
