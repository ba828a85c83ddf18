import { Context, Parent, ResolveField, Resolver, ResolveReference } from '@nestjs/graphql';
import { type GraphContext, moneyToGraph } from '#graphql';
import { mayDo } from '#security';
import { EventCopiesRepository } from '../../events/infrastructure/event-copies.repository.ts';
import { type Availability, ReadAvailability } from '../application/read-availability.ts';
import { capacityOf, revenueOf, soldOf } from '../domain/inventory.ts';
import { InventoryRepository } from '../infrastructure/inventory.repository.ts';

interface Reference {
  readonly id: string;
}

/** An event that tickets has not heard of (a draft, or one published a moment ago) has nothing to sell. */
const NOTHING: Omit<Availability, 'byTicketType'> = { status: 'CLOSED', available: 0, capacity: 0 };

@Resolver('Event')
export class EventFiguresResolver {
  constructor(
    private readonly readAvailability: ReadAvailability,
    private readonly events: EventCopiesRepository,
    private readonly inventories: InventoryRepository,
  ) {}

  @ResolveReference()
  resolveReference(@Parent() { id }: Reference): Reference {
    return { id };
  }

  @ResolveField()
  async availability(@Parent() { id }: Reference, @Context() { loaders }: GraphContext): Promise<object> {
    return (await loaders.load(this.readAvailability.ofEvents, id)) ?? NOTHING;
  }

  @ResolveField()
  async sales(
    @Parent() { id }: Reference,
    @Context() { loaders, viewer }: GraphContext,
  ): Promise<object | undefined> {
    const event = await loaders.load(this.events.findMany, id);
    if (!event || !mayDo(viewer, 'WATCH_SALES', event.organizationId)) return undefined;
    const inventory = await loaders.load(this.inventories.findMany, id);
    if (!inventory) return undefined;
    const unitsSold = soldOf(inventory);
    const capacity = capacityOf(inventory, event.ticketTypes);
    const currency = event.ticketTypes[0]?.basePrice.currency ?? 'EUR';
    return {
      unitsSold,
      capacity,
      sellThrough: capacity === 0 ? 0 : unitsSold / capacity,
      revenue: moneyToGraph({ amount: revenueOf(inventory), currency }),
      ordersCompleted: inventory.orders,
      seq: inventory.seq,
      byTicketType: event.ticketTypes.map(({ ticketTypeId }) => ({
        ticketType: { __typename: 'TicketType', id: ticketTypeId },
        unitsSold: inventory.pools[ticketTypeId]?.sold ?? 0,
        capacity: inventory.pools[ticketTypeId]?.capacity ?? 0,
      })),
    };
  }
}

@Resolver('TicketType')
export class TicketTypeFiguresResolver {
  constructor(private readonly readAvailability: ReadAvailability) {}

  @ResolveReference()
  resolveReference(@Parent() { id }: Reference): Reference {
    return { id };
  }

  @ResolveField()
  async available(@Parent() { id }: Reference, @Context() { loaders }: GraphContext): Promise<number> {
    return (await loaders.load(this.readAvailability.ofTicketTypes, id)) ?? 0;
  }
}
