import { Args, Context, Parent, ResolveField, Resolver, Subscription } from '@nestjs/graphql';
import { type GraphContext, mapped, moneyToGraph, orGraphError } from '#graphql';
import { EventCopiesRepository } from '../events/infrastructure/event-copies.repository.ts';
import { amountIn, type Sale, unitsIn } from '../inventory/domain/sale.ts';
import { OrdersRepository } from '../orders/infrastructure/orders.repository.ts';
import { orderToGraph } from '../orders/transport/to-graph.ts';
import type { Ticket } from '../tickets/domain/ticket.ts';
import { TicketsRepository } from '../tickets/infrastructure/tickets.repository.ts';
import type { Activity } from './activity-feed.ts';
import type { Seen } from './event-watch.ts';
import { WatchEvent } from './watch-event.ts';

@Resolver()
export class ActivityResolver {
  constructor(
    private readonly watchEvent: WatchEvent,
    private readonly events: EventCopiesRepository,
  ) {}

  @Subscription('eventActivity', { resolve: (activity: object) => activity })
  async eventActivity(
    @Args('eventId') eventId: string,
    @Context() { subscription }: GraphContext,
  ): Promise<AsyncIterableIterator<object>> {
    if (!subscription) throw new Error('`eventActivity` was asked for outside a subscription');
    const stream = orGraphError(await this.watchEvent.execute({ eventId, ...subscription }));
    const currency = (await this.events.findRecent(eventId))?.ticketTypes[0]?.basePrice.currency ?? '';
    return mapped(stream, (seen) => toGraph(seen, currency));
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

@Resolver('UnitsReturned')
export class UnitsReturnedResolver extends UnitsSoldResolver {}

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

function toGraph(seen: Seen, currency: string): object {
  switch (seen.kind) {
    case 'Sale':
      return saleToGraph(seen.sale, currency);
    case 'Activity':
      return { ...activityToGraph(seen.activity), seq: seen.seq };
  }
}

function saleToGraph({ eventId, seq, kind, at, orderId, lines, unitsSold }: Sale, currency: string): object {
  return {
    __typename: kind === 'CLAIM' ? 'UnitsSold' : 'UnitsReturned',
    id: `${eventId}:${seq}`,
    seq,
    occurredAt: at,
    event: { __typename: 'Event', id: eventId },
    orderId,
    units: unitsIn(lines),
    total: moneyToGraph({ amount: amountIn(lines), currency }),
    unitsSold,
  };
}

function activityToGraph({ kind, id, eventId, occurredAt, ...rest }: Activity): object {
  const common = { __typename: kind, id, occurredAt, event: { __typename: 'Event', id: eventId } };
  if (!('price' in rest)) return { ...common, ...rest };
  const { ticketTypeId, price, previous } = rest;
  const ticketType = { __typename: 'TicketType', id: ticketTypeId };
  return { ...common, ticketType, price: moneyToGraph(price), previous: moneyToGraph(previous) };
}
