import { Context, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import type { GraphContext } from '#graphql';
import { mayDo } from '#security';
import { EventCopiesRepository } from '../../events/infrastructure/event-copies.repository.ts';
import type { UndoneCounts } from '../../orders/domain/undone.ts';
import { OrdersRepository } from '../../orders/infrastructure/orders.repository.ts';

@Resolver('Event')
export class EventCancellationResolver {
  constructor(
    private readonly events: EventCopiesRepository,
    private readonly orders: OrdersRepository,
  ) {}

  @ResolveField()
  async cancellation(
    @Parent() { id }: { readonly id: string },
    @Context() { loaders, viewer }: GraphContext,
  ): Promise<object | undefined> {
    const event = await loaders.load(this.events.findMany, id);
    if (event?.status !== 'CANCELLED' || !mayDo(viewer, 'WATCH_SALES', event.organizationId))
      return undefined;
    const counts = await loaders.load(this.orders.countUndone, id);
    return counts && toGraph(counts);
  }
}

function toGraph(counts: UndoneCounts): object {
  const { open, cancelled, refunding, refunded, failed } = counts;
  return {
    status: statusOf(counts),
    ordersTotal: open + cancelled + refunding + refunded,
    cancelled,
    refunding,
    refunded,
    failed,
  };
}

function statusOf({ open, refunding, failed }: UndoneCounts): 'RUNNING' | 'NEEDS_ATTENTION' | 'DONE' {
  if (open > 0 || refunding > failed) return 'RUNNING';
  return failed > 0 ? 'NEEDS_ATTENTION' : 'DONE';
}
