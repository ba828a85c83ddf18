import { fail, InvalidInput, ok, type Result } from '#kernel';
import type { PlanLayout, SectionLayout } from './plan-layout.ts';
import { type Seat, seatIdOf, seatsOf, sectionSeatCount, toCentimetre } from './seats.ts';

/** Seats of one answer: some 400 KB. One section always fits. */
const MAX_MAPPED_SEATS = 10_000;

/** The seats of a section as columns of equal length, which is far shorter than an object for each. */
export interface SectionSeats {
  readonly sectionId: string;
  readonly ids: readonly string[];
  /** In metres. */
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly accessible: readonly string[];
  readonly companion: readonly string[];
  readonly blocked: readonly string[];
}

/** The seats of the named sections, each with its place. */
export function seatMapOf(
  { sections }: PlanLayout,
  sectionIds: readonly string[],
): Result<SectionSeats[], InvalidInput> {
  const wanted: SectionLayout[] = [];
  for (const [i, sectionId] of [...new Set(sectionIds)].entries()) {
    const section = sections.find(({ id }) => id === sectionId);
    if (!section) return refuse(`sectionIds.${i}`, `the plan has no section ${sectionId}`);
    wanted.push(section);
  }
  const seats = wanted.reduce((sum, section) => sum + sectionSeatCount(section), 0);
  if (seats > MAX_MAPPED_SEATS)
    return refuse('sectionIds', `have ${seats} seats together; ask for at most ${MAX_MAPPED_SEATS} at once`);
  return ok(wanted.map(sectionSeats));
}

function sectionSeats(section: SectionLayout): SectionSeats {
  const seats = section.rows.flatMap((row) =>
    seatsOf(row, section).map((seat) => ({ ...seat, id: seatIdOf(section.id, row.label, seat.number) })),
  );
  const idsOf = (matches: (seat: Seat) => boolean): string[] => seats.filter(matches).map(({ id }) => id);
  return {
    sectionId: section.id,
    ids: seats.map(({ id }) => id),
    x: seats.map(({ x }) => toCentimetre(x)),
    y: seats.map(({ y }) => toCentimetre(y)),
    accessible: idsOf(({ isAccessible }) => isAccessible),
    companion: idsOf(({ isCompanion }) => isCompanion),
    blocked: idsOf(({ isBlocked }) => isBlocked),
  };
}

function refuse(field: string, message: string): Result<never, InvalidInput> {
  return fail(new InvalidInput(field, `${field}: ${message}`));
}
