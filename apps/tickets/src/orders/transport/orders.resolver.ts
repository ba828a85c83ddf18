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
import {
  type Answer,
  answer,
  type Connection,
  type GraphContext,
  orGraphError,
  pageArguments,
  parseArguments,
  toConnection,
} from '#graphql';
import { mayDo, requireViewer, type Viewer } from '#security';
import type { Ticket } from '../../tickets/domain/ticket.ts';
import { TicketsRepository } from '../../tickets/infrastructure/tickets.repository.ts';
import { PlaceOrder } from '../application/place-order.ts';
import type { Order } from '../domain/order.ts';
import { OrdersRepository } from '../infrastructure/orders.repository.ts';
import { orderToGraph } from './to-graph.ts';

const page = z.object(pageArguments);

interface OrderInGraph {
  readonly id: string;
}

@Resolver('Order')
export class OrdersResolver {
  constructor(
    private readonly orders: OrdersRepository,
    private readonly ticketsOfOrders: TicketsRepository,
    private readonly placeOrderCase: PlaceOrder,
  ) {}

  @Query()
  async order(@Args('id') id: string, @Context() { viewer }: GraphContext): Promise<object | undefined> {
    const order = await this.orders.find(id);
    return order && maySee(viewer, order) ? orderToGraph(order) : undefined;
  }

  @Query()
  async myOrders(@Args() raw: object, @Context() { viewer }: GraphContext): Promise<Connection<object>> {
    const { userId } = orGraphError(requireViewer(viewer));
    const { first, after } = parseArguments(page, raw);
    return toConnection(await this.orders.ofBuyer(userId, { first, after }), orderToGraph);
  }

  @Mutation()
  async placeOrder(@Args('input') input: unknown, @Context() { viewer }: GraphContext): Promise<Answer> {
    const placed = await this.placeOrderCase.execute(viewer, input);
    return answer('PlacedOrder', placed, ({ order, paymentToken }) => ({
      order: orderToGraph(order),
      paymentToken,
    }));
  }

  /** An order that the viewer may not see is nothing to them, also when another subgraph refers to it. */
  @ResolveReference()
  async resolveReference(
    @Parent() { id }: OrderInGraph,
    @Context() { loaders, viewer }: GraphContext,
  ): Promise<object | undefined> {
    const order = await loaders.load(this.orders.findMany, id);
    return order && maySee(viewer, order) ? orderToGraph(order) : undefined;
  }

  @ResolveField()
  async tickets(@Parent() { id }: OrderInGraph, @Context() { loaders }: GraphContext): Promise<Ticket[]> {
    return (await loaders.load(this.ticketsOfOrders.ofOrders, id)) ?? [];
  }
}

function maySee(viewer: Viewer | undefined, order: Order): boolean {
  return (
    viewer !== undefined &&
    (viewer.userId === order.buyerId || mayDo(viewer, 'WATCH_SALES', order.organizationId))
  );
}
