import { Args, Context, Parent, Query, ResolveField, Resolver, ResolveReference } from '@nestjs/graphql';
import { z } from 'zod';
import {
  type Connection,
  type GraphContext,
  newestFirstArguments,
  orGraphError,
  toConnection,
} from '#graphql';
import { parseInput } from '#kernel';
import { mayDo, requireViewer, type Viewer } from '#security';
import { EventCopiesRepository } from '../../events/infrastructure/event-copies.repository.ts';
import { ShowQr } from '../application/show-qr.ts';
import type { Ticket } from '../domain/ticket.ts';
import { TicketsRepository } from '../infrastructure/tickets.repository.ts';

const listArguments = z.object({
  ...newestFirstArguments,
  eventId: z
    .string()
    .max(100)
    .nullish()
    .transform((id) => id ?? undefined),
});

@Resolver('Ticket')
export class TicketsResolver {
  constructor(
    private readonly tickets: TicketsRepository,
    private readonly showQr: ShowQr,
    private readonly events: EventCopiesRepository,
  ) {}

  @Query()
  async ticket(@Args('id') id: string, @Context() { viewer }: GraphContext): Promise<Ticket | undefined> {
    const ticket = await this.tickets.find(id);
    return ticket && viewer?.userId === ticket.holderId ? ticket : undefined;
  }

  @Query()
  async myTickets(@Args() raw: object, @Context() { viewer }: GraphContext): Promise<Connection<Ticket>> {
    const { userId } = orGraphError(requireViewer(viewer));
    const { first, after, eventId } = orGraphError(parseInput(listArguments, raw));
    return toConnection(await this.tickets.ofHolder(userId, { first, after, eventId }), (ticket) => ticket);
  }

  @ResolveReference()
  async resolveReference(
    @Parent() { id }: { id: string },
    @Context() { loaders, viewer }: GraphContext,
  ): Promise<Ticket | undefined> {
    const ticket = await loaders.load(this.tickets.findMany, id);
    return ticket && maySee(viewer, ticket) ? ticket : undefined;
  }

  @ResolveField()
  event(@Parent() { eventId }: Ticket): object {
    return { __typename: 'Event', id: eventId };
  }

  @ResolveField()
  ticketType(@Parent() { ticketTypeId }: Ticket): object {
    return { __typename: 'TicketType', id: ticketTypeId };
  }

  @ResolveField()
  holder(@Parent() { holderId }: Ticket): object {
    return { __typename: 'User', id: holderId };
  }

  @ResolveField()
  async onlineUrl(
    @Parent() { status, holderId, eventId, organizationId }: Ticket,
    @Context() { loaders, viewer }: GraphContext,
  ): Promise<string | undefined> {
    const isHolder = viewer?.userId === holderId && status === 'VALID';
    if (!isHolder && !mayDo(viewer, 'SCAN', organizationId)) return undefined;
    return (await loaders.load(this.events.findMany, eventId))?.onlineUrl;
  }

  /** Staff and organizers see the ticket, never its code: whoever has the code can get in. */
  @ResolveField()
  async qr(
    @Parent() ticket: Ticket,
    @Context() { viewer }: GraphContext,
  ): Promise<{ payload: string } | undefined> {
    if (viewer?.userId !== ticket.holderId || ticket.status !== 'VALID') return undefined;
    return { payload: await this.showQr.payload(ticket) };
  }
}

@Resolver('TicketQr')
export class TicketQrResolver {
  constructor(private readonly showQr: ShowQr) {}

  @ResolveField()
  svg(@Parent() { payload }: { payload: string }): Promise<string> {
    return this.showQr.svg(payload);
  }

  @ResolveField()
  png(@Parent() { payload }: { payload: string }): Promise<string> {
    return this.showQr.png(payload);
  }
}

function maySee(viewer: Viewer | undefined, ticket: Ticket): boolean {
  return (
    viewer !== undefined &&
    (viewer.userId === ticket.holderId || mayDo(viewer, 'SCAN', ticket.organizationId))
  );
}
