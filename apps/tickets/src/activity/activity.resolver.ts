import { Args, Context, Parent, ResolveField, Resolver, Subscription } from '@nestjs/graphql';
import { GraphQLError } from 'graphql';
import { BoundedStream, type GraphContext, moneyToGraph } from '#graphql';
import { mayDo } from '#security';
import { EventCopiesRepository } from '../events/infrastructure/event-copies.repository.ts';
import { OrdersRepository } from '../orders/infrastructure/orders.repository.ts';
import { orderToGraph } from '../orders/transport/to-graph.ts';
import type { Ticket } from '../tickets/domain/ticket.ts';
import { TicketsRepository } from '../tickets/infrastructure/tickets.repository.ts';
import { type Activity, ActivityFeed } from './activity-feed.ts';

/** Activities that wait for a slow subscriber before its stream is closed. */
const MAX_WAITING = 1_000;

@Resolver()
export class ActivityResolver {
  constructor(
    private readonly feed: ActivityFeed,
    private readonly events: EventCopiesRepository,
  ) {}

  @Subscription('eventActivity', { resolve: (activity: object) => activity })
  async eventActivity(
    @Args('eventId') eventId: string,
    @Context() { viewer }: GraphContext,
  ): Promise<AsyncIterableIterator<object>> {
    const event = await this.events.find(eventId);
    if (!viewer)
      throw refusal('NOT_SIGNED_IN', 'Sign in first: send `authorization` in the connection parameters.');
    if (!event) throw refusal('NOT_FOUND', `There is no event ${eventId}.`);
    if (!mayDo(viewer, 'WATCH_SALES', event.organizationId)) {
      throw refusal('NOT_PERMITTED', "Only members of the event's organization may watch it.");
    }
    const left = Promise.withResolvers<void>();
    const stream = new BoundedStream<object>(MAX_WAITING, left.resolve);
    const stop = await this.feed.subscribe(eventId, (activity) => {
      if (!stream.push(toGraph(activity))) stream.fail(refusal('LAGGED', 'The subscriber was too slow.'));
    });
    // If Redis is away just then, there is nothing to unsubscribe from.
    void left.promise.then(stop).catch(() => undefined);
    return stream;
  }
}

@Resolver('UnitsSold')
export class UnitsSoldResolver {
  constructor(private readonly orders: OrdersRepository) {}

  @ResolveField()
  async order(
    @Parent() { orderId }: { orderId: string },
    @Context() { loaders }: GraphContext,
  ): Promise<object | undefined> {
    const order = await loaders.load(this.orders.findMany, orderId);
    return order && orderToGraph(order);
  }
}

@Resolver('TicketScanned')
export class TicketScannedResolver {
  constructor(private readonly tickets: TicketsRepository) {}

  @ResolveField()
  async ticket(
    @Parent() { ticketId }: { ticketId?: string },
    @Context() { loaders }: GraphContext,
  ): Promise<Ticket | undefined> {
    return ticketId === undefined ? undefined : loaders.load(this.tickets.findMany, ticketId);
  }
}

function refusal(code: string, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code } });
}

function toGraph({ kind, id, eventId, occurredAt, ...rest }: Activity): object {
  const common = { __typename: kind, id, occurredAt, event: { __typename: 'Event', id: eventId } };
  if ('orderId' in rest) {
    const { orderId, units, total, unitsSold } = rest;
    return { ...common, orderId, units, total: moneyToGraph(total), unitsSold };
  }
  if ('price' in rest) {
    const { ticketTypeId, price, previous } = rest;
    const ticketType = { __typename: 'TicketType', id: ticketTypeId };
    return { ...common, ticketType, price: moneyToGraph(price), previous: moneyToGraph(previous) };
  }
  return { ...common, ...rest };
}
