import { Context, Parent, ResolveField, Resolver, ResolveReference } from '@nestjs/graphql';
import type { PricingPolicy } from '#contracts';
import { type GraphContext, moneyToGraph } from '#graphql';
import { isMember, isVisible } from '../application/visibility.ts';
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
  floor(@Parent() { pricing }: OfferedTicketType): GraphMoney | undefined {
    return pricing.mode === 'DEMAND' ? moneyToGraph(pricing.floor) : undefined;
  }

  @ResolveField()
  ceiling(@Parent() { pricing }: OfferedTicketType): GraphMoney | undefined {
    return pricing.mode === 'DEMAND' ? moneyToGraph(pricing.ceiling) : undefined;
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
