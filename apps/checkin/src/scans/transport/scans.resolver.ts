import { Args, Context, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { z } from 'zod';
import {
  type Answer,
  answer,
  type Connection,
  type GraphContext,
  newestFirstArguments,
  orGraphError,
  toConnection,
} from '#graphql';
import { parseInput } from '#kernel';
import { TicketsRepository } from '../../copies/infrastructure/tickets.repository.ts';
import { ListScans } from '../application/list-scans.ts';
import { ScanAtLane } from '../application/scan-at-lane.ts';
import type { DecidedScan } from '../domain/scan.ts';

const scansArguments = z.object({ eventId: z.string().max(100), ...newestFirstArguments });

@Resolver('Scan')
export class ScansResolver {
  constructor(
    private readonly scanAtLane: ScanAtLane,
    private readonly listScans: ListScans,
    private readonly tickets: TicketsRepository,
  ) {}

  @Mutation()
  async scan(@Args('input') input: unknown, @Context() { viewer, device }: GraphContext): Promise<Answer> {
    const principal = viewer ? { viewer } : device && { device };
    return answer('Scan', await this.scanAtLane.execute(principal, input), toGraph);
  }

  @Query()
  async scans(@Args() args: unknown, @Context() { viewer }: GraphContext): Promise<Connection<object>> {
    const { eventId, ...page } = orGraphError(parseInput(scansArguments, args));
    return toConnection(orGraphError(await this.listScans.execute(viewer, eventId, page)), toGraph);
  }

  @ResolveField()
  async holderName(
    @Parent() { ticketId }: DecidedScan,
    @Context() { loaders }: GraphContext,
  ): Promise<string | undefined> {
    return ticketId ? (await loaders.load(this.tickets.findMany, ticketId))?.holderName : undefined;
  }

  @ResolveField()
  async ticketTypeName(
    @Parent() { ticketId }: DecidedScan,
    @Context() { loaders }: GraphContext,
  ): Promise<string | undefined> {
    return ticketId ? (await loaders.load(this.tickets.findMany, ticketId))?.ticketTypeName : undefined;
  }
}

function toGraph(scan: DecidedScan): object {
  return { ...scan, ticket: scan.ticketId ? { id: scan.ticketId } : undefined };
}
