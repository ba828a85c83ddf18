import { Context, Parent, ResolveField, Resolver, ResolveReference } from '@nestjs/graphql';
import type { PricingPolicy } from '#contracts';
import { type GraphContext, moneyToGraph } from '#graphql';
import { isMember, type Viewer } from '#security';
import { isVisible } from '../application/visibility.ts';
import { EventsRepository } from '../infrastructure/events.repository.ts';
import { capacityInForce, type CapacityChange } from '../domain/ticket-type.ts';
import { offered, type OfferedTicketType } from './offered-ticket-type.ts';

type GraphMoney = ReturnType<typeof moneyToGraph>;

@Resolver('TicketType')
export class TicketTypesResolver {
  constructor(private readonly events: EventsRepository) {}

  @ResolveReference()
  async resolveReference(
    @Parent() reference: { id: string },
    @Context() { viewer, loaders }: GraphContext,
  ): Promise<OfferedTicketType | undefined> {
    const event = await loaders.load(this.events.findManyByTicketType, reference.id);
    const ticketType = event?.ticketTypes.find(({ id }) => id === reference.id);
    return event && ticketType && isVisible(event, viewer) ? offered(ticketType, event) : undefined;
  }

  @ResolveField()
  basePrice(@Parent() { basePrice }: OfferedTicketType): GraphMoney {
    return moneyToGraph(basePrice);
  }

  @ResolveField()
  pricingMode(@Parent() { pricing }: OfferedTicketType): PricingPolicy['mode'] {
    return pricing.mode;
  }

  @ResolveField()
  floor(
    @Parent() ticketType: OfferedTicketType,
    @Context() { viewer }: GraphContext,
  ): GraphMoney | undefined {
    return limitFor(viewer, ticketType, 'floor');
  }

  @ResolveField()
  ceiling(
    @Parent() ticketType: OfferedTicketType,
    @Context() { viewer }: GraphContext,
  ): GraphMoney | undefined {
    return limitFor(viewer, ticketType, 'ceiling');
  }

  @ResolveField()
  capacity(@Parent() ticketType: OfferedTicketType): number {
    return capacityInForce(ticketType);
  }

  @ResolveField()
  capacityChange(
    @Parent() { capacityChange, event }: OfferedTicketType,
    @Context() { viewer }: GraphContext,
  ): CapacityChange | undefined {
    return isMember(viewer, event.organizationId) ? capacityChange : undefined;
  }
}

/** How far a price may go is the organizer's business: a buyer who knew the ceiling would know what to wait for. */
function limitFor(
  viewer: Viewer | undefined,
  { pricing, event }: OfferedTicketType,
  limit: 'floor' | 'ceiling',
): GraphMoney | undefined {
  const isShown = pricing.mode === 'DEMAND' && isMember(viewer, event.organizationId);
  return isShown ? moneyToGraph(pricing[limit]) : undefined;
}
