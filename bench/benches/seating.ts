import { InvalidOption } from '../frame/options.ts';
import type { Asker } from '../load/graph-client.ts';
import { readSeatPlan, type SeatPlan } from '../sale/seat-choice.ts';
import type { EventOnSale } from '../sale/season.ts';

/** The platform gives the best seats, or buyers choose theirs by name. */
export const SEATING = ['best', 'named'] as const;
export type HowToSeat = (typeof SEATING)[number];

/** @throws InvalidOption */
export function refuseUnreadableMap({
  seats,
  direct,
}: {
  readonly seats: HowToSeat | undefined;
  readonly direct: boolean;
}): void {
  if (seats === 'named' && direct)
    throw new InvalidOption(
      'Seats by name are chosen from a map that only the gateway puts together: leave out --direct.',
    );
}

/** What those who choose their seats know of the house; undefined when nobody does. */
export async function planToChooseFrom(
  graph: Asker,
  { id }: EventOnSale,
  { seats }: { readonly seats: HowToSeat | undefined },
): Promise<SeatPlan | undefined> {
  return seats === 'named' ? readSeatPlan(graph, id) : undefined;
}
