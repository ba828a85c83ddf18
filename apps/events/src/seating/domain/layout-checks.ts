import { fail, InvalidInput, ok, type Result } from '#kernel';
import {
  MAX_ROW_SEATS,
  MAX_SEAT_NUMBER,
  MAX_SEATS,
  MAX_SECTION_SEATS,
  MIN_SEAT_DISTANCE_M,
  type PlanLayout,
  type RowLayout,
  type SectionLayout,
} from './plan-layout.ts';
import { numbersOf, type Point, rowSeatCount, type Seat, seatsOf, sectionSeatCount } from './seats.ts';

/** What is wrong, and where: the path of the part from the layout on. */
interface Flaw {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** Rounding of coordinates to centimetres may bring two seats nearer than was meant. */
const TOLERANCE_M = 0.02;

/** The layout, if it also keeps the rules that its schema cannot tell. `field` is what errors call the layout. */
export function checkedLayout(
  layout: PlanLayout,
  venueCapacity: number,
  field: string,
): Result<PlanLayout, InvalidInput> {
  const flaw = flawOfLayout(layout, venueCapacity);
  if (!flaw) return ok(layout);
  const path = [field, ...flaw.path].join('.');
  return fail(new InvalidInput(path, `${path}: ${flaw.message}`));
}

function flawOfLayout(layout: PlanLayout, venueCapacity: number): Flaw | undefined {
  const { sections, bounds } = layout;
  if (bounds.minX >= bounds.maxX || bounds.minY >= bounds.maxY)
    return { path: ['bounds'], message: 'the maximum must lie beyond the minimum, in x and in y' };
  const twice = firstRepeated(sections.map(({ id }) => id));
  if (twice !== undefined)
    return { path: ['sections', twice, 'id'], message: `another section is called ${sections[twice]?.id}` };
  const seats = sections.reduce((sum, section) => sum + sectionSeatCount(section), 0);
  if (seats > MAX_SEATS)
    return { path: ['sections'], message: `have ${seats} seats together; at most ${MAX_SEATS} are allowed` };
  if (seats > venueCapacity)
    return {
      path: ['sections'],
      message: `have ${seats} seats together, but the venue holds ${venueCapacity} people`,
    };
  return firstFlaw(sections, (section, i) => within(['sections', i], flawOfSection(section, layout)));
}

function flawOfSection(section: SectionLayout, { bounds }: PlanLayout): Flaw | undefined {
  const seats = sectionSeatCount(section);
  if (seats > MAX_SECTION_SEATS)
    return {
      path: ['rows'],
      message: `have ${seats} seats together; at most ${MAX_SECTION_SEATS} are allowed`,
    };
  const twice = firstRepeated(section.rows.map(({ label }) => label));
  if (twice !== undefined)
    return {
      path: ['rows', twice, 'label'],
      message: `another row of the section is called ${section.rows[twice]?.label}`,
    };
  const taken = new TakenPlaces();
  return firstFlaw(section.rows, (row, i) =>
    within(['rows', i], flawOfNumbers(row) ?? flawOfPlaces(seatsOf(row, section), bounds, taken)),
  );
}

function flawOfNumbers(row: RowLayout): Flaw | undefined {
  const seats = rowSeatCount(row);
  if (seats > MAX_ROW_SEATS)
    return { path: ['runs'], message: `have ${seats} seats together; at most ${MAX_ROW_SEATS} are allowed` };
  const numbers = new Set<number>();
  for (const [i, run] of row.runs.entries()) {
    for (const number of numbersOf(run)) {
      if (number < 1 || number > MAX_SEAT_NUMBER)
        return {
          path: ['runs', i],
          message: `numbers a seat ${number}; 1 to ${MAX_SEAT_NUMBER} are allowed`,
        };
      if (numbers.has(number))
        return { path: ['runs', i], message: `another seat of row ${row.label} has the number ${number}` };
      numbers.add(number);
    }
  }
  const accessible = new Set(row.accessible);
  const both = row.companion?.findIndex((number) => accessible.has(number)) ?? -1;
  if (both >= 0)
    return { path: ['companion', both], message: 'is an accessible place too; a seat is one or the other' };
  return (
    flawOfMarks('accessible', row, numbers) ??
    flawOfMarks('companion', row, numbers) ??
    flawOfMarks('blocked', row, numbers)
  );
}

function flawOfMarks(
  mark: 'accessible' | 'companion' | 'blocked',
  row: RowLayout,
  numbers: ReadonlySet<number>,
): Flaw | undefined {
  const marked = row[mark] ?? [];
  const unknown = marked.findIndex((number) => !numbers.has(number));
  if (unknown >= 0)
    return { path: [mark, unknown], message: `row ${row.label} has no seat ${marked[unknown]}` };
  const twice = firstRepeated(marked);
  if (twice !== undefined) return { path: [mark, twice], message: `seat ${marked[twice]} is named twice` };
  return undefined;
}

function flawOfPlaces(
  seats: readonly Seat[],
  { minX, minY, maxX, maxY }: PlanLayout['bounds'],
  taken: TakenPlaces,
): Flaw | undefined {
  for (const seat of seats) {
    const { number, x, y } = seat;
    if (x < minX || x > maxX || y < minY || y > maxY)
      return {
        path: [],
        message: `seat ${number} lies out of bounds, at (${x.toFixed(2)}, ${y.toFixed(2)})`,
      };
    if (!taken.take(seat))
      return {
        path: [],
        message: `seat ${number} is closer than ${MIN_SEAT_DISTANCE_M} m to another of its section`,
      };
  }
  return undefined;
}

/**
 * The places of a section's seats, in squares as wide as the least distance: who is too close is in the same square or
 * in one around it. Seats of different sections may lie above each other, as a balcony does above the stalls.
 */
class TakenPlaces {
  private readonly squares = new Map<number, Point[]>();

  /** False when another seat is too close. */
  take(point: Point): boolean {
    const column = Math.floor(point.x / MIN_SEAT_DISTANCE_M);
    const line = Math.floor(point.y / MIN_SEAT_DISTANCE_M);
    for (let i = -1; i <= 1; i++) {
      for (let j = -1; j <= 1; j++) {
        const near = this.squares.get(squareOf(column + i, line + j));
        if (near?.some((other) => isTooClose(point, other))) return false;
      }
    }
    const own = this.squares.get(squareOf(column, line));
    if (own) own.push(point);
    else this.squares.set(squareOf(column, line), [point]);
    return true;
  }
}

/** One number for a square: plans reach some thousand squares either way. */
function squareOf(column: number, line: number): number {
  return column * 100_000 + line;
}

function isTooClose(a: Point, b: Point): boolean {
  return Math.hypot(a.x - b.x, a.y - b.y) < MIN_SEAT_DISTANCE_M - TOLERANCE_M;
}

function firstRepeated(items: readonly (string | number)[]): number | undefined {
  const seen = new Set<string | number>();
  const index = items.findIndex((item) => seen.size === seen.add(item).size);
  return index < 0 ? undefined : index;
}

function firstFlaw<T>(
  items: readonly T[],
  flawOf: (item: T, index: number) => Flaw | undefined,
): Flaw | undefined {
  for (const [i, item] of items.entries()) {
    const flaw = flawOf(item, i);
    if (flaw) return flaw;
  }
  return undefined;
}

function within(path: Flaw['path'], flaw: Flaw | undefined): Flaw | undefined {
  return flaw && { ...flaw, path: [...path, ...flaw.path] };
}
