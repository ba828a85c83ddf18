import { Inject } from '@nestjs/common';
import {
  Args,
  Context,
  Mutation,
  Parent,
  Query,
  ResolveField,
  Resolver,
  ResolveReference,
} from '@nestjs/graphql';
import { z } from 'zod';
import type { OrderState } from '#contracts';
import {
  type Answer,
  answer,
  type Connection,
  type GraphContext,
  INSTANT_KEY,
  orGraphError,
  pageArguments,
  toConnection,
} from '#graphql';
import { CLOCK, type Clock, fail, NotFound, parseInput } from '#kernel';
import { requireTask, requireViewer } from '#security';
import { EventCopiesRepository } from '../../events/infrastructure/event-copies.repository.ts';
import { Holders } from '../../inventory/transport/holders.ts';
import type { Ticket } from '../../tickets/domain/ticket.ts';
import { TicketsRepository } from '../../tickets/infrastructure/tickets.repository.ts';
import { AwaitSettled } from '../application/await-settled.ts';
import { AcceptRefundOffer } from '../application/accept-refund-offer.ts';
import { maySeeOrder } from '../application/order-access.ts';
import { ListMyOrders, myOrdersFilter } from '../application/list-my-orders.ts';
import { PlaceOrder } from '../application/place-order.ts';
import { RefundOrder } from '../application/refund-order.ts';
import { RetryRefund } from '../application/retry-refund.ts';
import { refundOfferOf } from '../domain/refunding.ts';
import { mayHaveTickets } from '../domain/order.ts';
import type { RefundOffer } from '../domain/refund.ts';
import { OrdersRepository } from '../infrastructure/orders.repository.ts';
import { orderToGraph } from './to-graph.ts';

const myPage = z.object({ ...pageArguments(INSTANT_KEY), filter: myOrdersFilter });
const eventPage = z.object({ ...pageArguments(INSTANT_KEY), eventId: z.string().min(1).max(100) });

interface OrderInGraph {
  readonly id: string;
  readonly state: OrderState;
  /** Known where `payments` was asked on the way, as for `settled`. */
  readonly awaitsBuyer?: boolean | null;
}

@Resolver('Order')
export class OrdersResolver {
  constructor(
    private readonly orders: OrdersRepository,
    private readonly ticketsOfOrders: TicketsRepository,
    private readonly events: EventCopiesRepository,
    private readonly awaitSettled: AwaitSettled,
    private readonly listMyOrders: ListMyOrders,
    private readonly holders: Holders,
    private readonly placeOrderCase: PlaceOrder,
    private readonly refundOrderCase: RefundOrder,
    private readonly retryRefundCase: RetryRefund,
    private readonly acceptRefundOfferCase: AcceptRefundOffer,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Query()
  async order(@Args('id') id: string, @Context() { viewer }: GraphContext): Promise<object | undefined> {
    const order = await this.orders.find(id);
    return order && maySeeOrder(viewer, order) ? orderToGraph(order) : undefined;
  }

  @Query()
  async myOrders(@Args() raw: object, @Context() { viewer }: GraphContext): Promise<Connection<object>> {
    const { userId } = orGraphError(requireViewer(viewer));
    const { filter, first, after } = orGraphError(parseInput(myPage, raw));
    return toConnection(await this.listMyOrders.execute(userId, filter, { first, after }), orderToGraph);
  }

  /** What needs somebody's attention after a cancellation, or any other refund. */
  @Query()
  async ordersToRefund(
    @Args() raw: object,
    @Context() { viewer }: GraphContext,
  ): Promise<Connection<object>> {
    const { eventId, first, after } = orGraphError(parseInput(eventPage, raw));
    const event = await this.events.find(eventId);
    if (!event) return orGraphError(fail(new NotFound('event', eventId)));
    orGraphError(requireTask(viewer, 'REFUND', event.organizationId));
    return toConnection(await this.orders.withFailedRefund(eventId, { first, after }), orderToGraph);
  }

  @Mutation()
  async refundOrder(@Args() raw: object, @Context() { viewer }: GraphContext): Promise<Answer> {
    return answer('Order', await this.refundOrderCase.execute(viewer, raw), orderToGraph);
  }

  @Mutation()
  async retryRefund(@Args('orderId') id: string, @Context() { viewer }: GraphContext): Promise<Answer> {
    return answer('Order', await this.retryRefundCase.execute(viewer, id), orderToGraph);
  }

  @Mutation()
  async acceptRefundOffer(@Args('orderId') id: string, @Context() { viewer }: GraphContext): Promise<Answer> {
    return answer('Order', await this.acceptRefundOfferCase.execute(viewer, id), orderToGraph);
  }

  @Mutation()
  async placeOrder(@Args('input') input: unknown, @Context() context: GraphContext): Promise<Answer> {
    const visitorAccountId = this.holders.in(context)?.visitorAccountId;
    const placed = await this.placeOrderCase.execute(context.viewer, input, visitorAccountId);
    return answer('PlacedOrder', placed, ({ order, paymentToken }) => ({
      order: orderToGraph(order),
      paymentToken,
    }));
  }

  /** An order that the viewer may not see is nothing to them, also when another subgraph refers to it. */
  @ResolveReference()
  async resolveReference(
    @Parent() { id, awaitsBuyer }: Pick<OrderInGraph, 'id' | 'awaitsBuyer'>,
    @Context() { loaders, viewer }: GraphContext,
  ): Promise<object | undefined> {
    const order = await loaders.load(this.orders.findMany, id);
    return order && maySeeOrder(viewer, order) ? { ...orderToGraph(order), awaitsBuyer } : undefined;
  }

  /** Who sees the order sees what becomes of it. */
  @ResolveField()
  async settled(
    @Parent() { id, awaitsBuyer }: OrderInGraph,
    @Args() raw: object,
  ): Promise<object | undefined> {
    const order = orGraphError(await this.awaitSettled.execute(id, raw, awaitsBuyer === true));
    return order && orderToGraph(order);
  }

  @ResolveField()
  async tickets(
    @Parent() { id, state }: OrderInGraph,
    @Context() { loaders }: GraphContext,
  ): Promise<Ticket[]> {
    if (!mayHaveTickets(state)) return [];
    return (await loaders.load(this.ticketsOfOrders.ofOrders, id)) ?? [];
  }

  @ResolveField()
  async refundOffer(
    @Parent() { id }: OrderInGraph,
    @Context() { loaders, viewer }: GraphContext,
  ): Promise<RefundOffer | undefined> {
    const order = await loaders.load(this.orders.findMany, id);
    if (!order || viewer?.userId !== order.buyerId) return undefined;
    return refundOfferOf(order, await loaders.load(this.events.findMany, order.eventId), this.clock.now());
  }
}
