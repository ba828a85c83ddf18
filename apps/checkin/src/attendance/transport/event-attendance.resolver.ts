import { Context, Parent, ResolveField, Resolver, ResolveReference } from '@nestjs/graphql';
import type { GraphContext } from '#graphql';
import { mayDo } from '#security';
import { EventsRepository } from '../../copies/infrastructure/events.repository.ts';
import { type Attendance, CountAttendance } from '../application/count-attendance.ts';

interface EventReference {
  readonly id: string;
}

@Resolver('Event')
export class EventAttendanceResolver {
  constructor(
    private readonly events: EventsRepository,
    private readonly countAttendance: CountAttendance,
  ) {}

  @ResolveReference()
  resolveReference(@Parent() { id }: EventReference): EventReference {
    return { id };
  }

  @ResolveField()
  async attendance(
    @Parent() { id }: EventReference,
    @Context() { viewer, loaders }: GraphContext,
  ): Promise<Attendance | undefined> {
    if (!viewer) return undefined;
    const event = await loaders.load(this.events.findMany, id);
    const isMember =
      event &&
      (mayDo(viewer, 'SCAN', event.organizationId) || mayDo(viewer, 'WATCH_SALES', event.organizationId));
    return isMember ? loaders.load(this.countAttendance.execute, id) : undefined;
  }
}
