import type { Asker } from '../load/graph-client.ts';
import {
  LOOK_AT_PLAN,
  LOOK_AT_SEATS,
  LOOK_AT_SECTIONS,
  type SeatStates,
  type SectionOfPlan,
} from './documents.ts';

/** The seats of a plan never change: whoever shows them keeps them. */
export type SeatPlan = readonly SectionOfPlan[];

/** The most that the platform gives of a plan in one answer. */
const SEATS_IN_ANSWER = 10_000;
const FREE = 'F';

/** The seats of an event, in the order in which their states are told. */
export async function readSeatPlan(graph: Asker, eventId: string): Promise<SeatPlan> {
  const found = await graph.ask(LOOK_AT_SECTIONS, { id: eventId }, undefined);
  const plan: SectionOfPlan[] = [];
  let asked: string[] = [];
  let seatsAsked = 0;
  const read = async (): Promise<void> => {
    const answer = await graph.ask(LOOK_AT_PLAN, { id: eventId, sectionIds: asked }, undefined);
    plan.push(...(answer?.seatingPlan?.seatMap ?? []));
    [asked, seatsAsked] = [[], 0];
  };
  for (const { sectionId, seats } of found?.seatingPlan?.sections ?? []) {
    if (asked.length > 0 && seatsAsked + seats > SEATS_IN_ANSWER) await read();
    asked.push(sectionId);
    seatsAsked += seats;
  }
  if (asked.length > 0) await read();
  if (plan.length === 0) throw new Error(`event ${eventId} has no seats to choose from`);
  return plan;
}

/** The seat map as one person has read it, who knows nothing of what others take meanwhile. */
export async function lookAtSeats(graph: Asker, eventId: string, plan: SeatPlan): Promise<SeatsInSight> {
  return new SeatsInSight(plan, await graph.ask(LOOK_AT_SEATS, { id: eventId }, undefined));
}

interface Section {
  readonly ids: readonly string[];
  readonly ticketTypeId: string;
  readonly isFree: boolean[];
}

/** The seats of a map as its reader saw them: some may be taken by the time they are chosen. */
export class SeatsInSight {
  private readonly sections: readonly Section[];

  constructor(plan: SeatPlan, told: SeatStates | null) {
    const idsOf = new Map(plan.map(({ sectionId, ids }) => [sectionId, ids]));
    this.sections = (told?.seatMap?.sections ?? []).map(({ sectionId, states, ticketType }) => ({
      ids: idsOf.get(sectionId) ?? [],
      ticketTypeId: ticketType.id,
      isFree: [...states].map((state) => state === FREE),
    }));
  }

  /** So many neighbours that are free as far as one knows, from anywhere in the house; undefined when there are none. */
  choose(ticketTypeId: string, quantity: number, random: () => number): string[] | undefined {
    const open = this.sections.filter((section) => section.ticketTypeId === ticketTypeId);
    const first = Math.floor(random() * open.length);
    for (let turn = 0; turn < open.length; turn++) {
      const section = open[(first + turn) % open.length];
      const seats = section && neighboursIn(section, quantity, random);
      if (seats) return seats;
    }
    return undefined;
  }

  /** Somebody else was faster. */
  areTaken(seatIds: readonly string[]): void {
    const taken = new Set(seatIds);
    for (const { ids, isFree } of this.sections)
      for (const [place, id] of ids.entries()) if (taken.has(id)) isFree[place] = false;
  }
}

function neighboursIn(
  { ids, isFree }: Section,
  quantity: number,
  random: () => number,
): string[] | undefined {
  const start = Math.floor(random() * ids.length);
  for (let turn = 0; turn < ids.length; turn++) {
    const from = (start + turn) % ids.length;
    const seats = ids.slice(from, from + quantity);
    const areFree = seats.length === quantity && seats.every((_id, index) => isFree[from + index]);
    if (areFree && new Set(seats.map(rowOf)).size === 1) return seats;
  }
  return undefined;
}

/** `stalls-AA` of `stalls-AA-12`. */
function rowOf(seatId: string): string {
  return seatId.slice(0, seatId.lastIndexOf('-'));
}
