import { Args, Context, Parent, ResolveField, Resolver, Subscription } from '@nestjs/graphql';
import { z } from 'zod';
import { type GraphContext, orGraphError } from '#graphql';
import { fail, InvalidInput, ok, parseInput, type Result } from '#kernel';
import { ReadSeatMap } from '../application/read-seat-map.ts';
import type { SeatMapStream } from '../application/seat-watch.ts';
import { WatchSeatMap } from '../application/watch-seat-map.ts';
import type { SeatMap, SeatMapChange, SectionMap } from '../domain/seat-map.ts';

const watched = z.object({
  eventId: z.string().min(1).max(100),
  sinceVersion: z
    .int()
    .min(0)
    .nullish()
    .transform((version) => version ?? undefined),
});

@Resolver('Event')
export class SeatMapResolver {
  constructor(
    private readonly readSeatMap: ReadSeatMap,
    private readonly watchSeatMap: WatchSeatMap,
  ) {}

  @ResolveField()
  async seatMap(
    @Parent() { id }: { id: string },
    @Args('sectionIds') sectionIds: string[] | undefined,
    @Context() { loaders }: GraphContext,
  ): Promise<object | undefined> {
    const map = await loaders.load(this.readSeatMap.ofEvents, id);
    return map && seatMapToGraph(sectionIds ? orGraphError(only(map, sectionIds)) : map);
  }

  @Subscription('seatMapChanged', { resolve: changeToGraph })
  async seatMapChanged(@Args() raw: object): Promise<SeatMapStream> {
    const { eventId, sinceVersion } = orGraphError(parseInput(watched, raw));
    return orGraphError(await this.watchSeatMap.execute(eventId, sinceVersion));
  }
}

function only({ version, sections }: SeatMap, sectionIds: readonly string[]): Result<SeatMap, InvalidInput> {
  const wanted: SectionMap[] = [];
  for (const [i, sectionId] of [...new Set(sectionIds)].entries()) {
    const section = sections.find((one) => one.sectionId === sectionId);
    if (!section) return fail(new InvalidInput(`sectionIds.${i}`, `the event sells no section ${sectionId}`));
    wanted.push(section);
  }
  return ok({ version, sections: wanted });
}

function seatMapToGraph({ version, sections }: SeatMap): object {
  return {
    version,
    sections: sections.map(({ ticketTypeId, ...section }) => ({
      ...section,
      ticketType: { __typename: 'TicketType', id: ticketTypeId },
    })),
  };
}

function changeToGraph({ version, snapshot, seats }: SeatMapChange): object {
  return { version, snapshot: snapshot && seatMapToGraph(snapshot), seats };
}
