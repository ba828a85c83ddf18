import { Context, Parent, ResolveField, Resolver, ResolveReference } from '@nestjs/graphql';
import type { GraphContext } from '#graphql';
import { mayDo } from '#security';
import { TicketsRepository } from '../../copies/infrastructure/tickets.repository.ts';
import { type LastEntry, lastEntry } from '../domain/admission.ts';
import { AdmissionsRepository } from '../infrastructure/admissions.repository.ts';

interface TicketReference {
  readonly id: string;
}

@Resolver('Ticket')
export class TicketAdmissionResolver {
  constructor(
    private readonly admissions: AdmissionsRepository,
    private readonly tickets: TicketsRepository,
  ) {}

  @ResolveReference()
  resolveReference(@Parent() { id }: TicketReference): TicketReference {
    return { id };
  }

  @ResolveField()
  async admission(
    @Parent() { id }: TicketReference,
    @Context() { viewer, loaders }: GraphContext,
  ): Promise<LastEntry | undefined> {
    if (!viewer) return undefined;
    const [admission, ticket] = await Promise.all([
      loaders.load(this.admissions.findMany, id),
      loaders.load(this.tickets.findMany, id),
    ]);
    if (!admission) return undefined;
    const isHolder = ticket?.holderId === viewer.userId;
    if (!isHolder && !mayDo(viewer, 'SCAN', admission.organizationId)) return undefined;
    return lastEntry(admission);
  }
}
