import {
  DEFAULT_PITCH_M,
  type RowLayout,
  type Run,
  type SectionLayout,
  type StageLayout,
} from './plan-layout.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** One seat, computed from its row. Coordinates are the plan's, in metres. */
export interface Seat extends Point {
  readonly number: number;
  readonly isAccessible: boolean;
  readonly isCompanion: boolean;
  readonly isBlocked: boolean;
}

/** `stalls-AA-12`: unique in its plan; letters, digits and hyphens only, so it may stand in addresses and keys. */
export function seatIdOf(sectionId: string, rowLabel: string, seatNumber: number): string {
  return `${sectionId}-${rowLabel}-${seatNumber}`;
}

/** The numbers of a run's seats, in their order. */
export function numbersOf({ first, count, step = 1 }: Run): number[] {
  return Array.from({ length: count }, (_, i) => first + i * step);
}

export function rowSeatCount({ runs }: RowLayout): number {
  return runs.reduce((sum, { count }) => sum + count, 0);
}

export function sectionSeatCount({ rows }: SectionLayout): number {
  return rows.reduce((sum, row) => sum + rowSeatCount(row), 0);
}

/** The seats of a row, in the order of its runs. */
export function seatsOf(row: RowLayout, section: SectionLayout): Seat[] {
  const accessible = new Set(row.accessible);
  const companion = new Set(row.companion);
  const blocked = new Set(row.blocked);
  const seats: Seat[] = [];
  const { pitch = DEFAULT_PITCH_M } = section;
  const place = placer(row, section);
  // Along the row from its first seat, in metres.
  let along = -pitch;
  for (const run of row.runs) {
    along += seats.length === 0 ? 0 : (run.gap ?? pitch) - pitch;
    for (const number of numbersOf(run)) {
      along += pitch;
      seats.push({
        number,
        ...place(along),
        isAccessible: accessible.has(number),
        isCompanion: companion.has(number),
        isBlocked: blocked.has(number),
      });
    }
  }
  return seats;
}

/** From the middle of a row to the nearest point of the stage, in metres. */
export function distanceToStage(row: RowLayout, section: SectionLayout, stage: StageLayout): number {
  const { x, y } = placer(row, section)(rowLength(row, section) / 2);
  const besides = Math.max(0, Math.abs(x - stage.x) - stage.width / 2);
  const before = Math.max(0, Math.abs(y - stage.y) - stage.depth / 2);
  return Math.hypot(besides, before);
}

/** From the first seat of a row to the last, along the row, in metres. */
function rowLength({ runs }: RowLayout, { pitch = DEFAULT_PITCH_M }: SectionLayout): number {
  return runs.reduce((sum, { count, gap = pitch }, i) => sum + (count - 1) * pitch + (i === 0 ? 0 : gap), 0);
}

/** Where one comes to by following the row for so many metres from its first seat: along a line, or along a circle. */
function placer(row: RowLayout, section: SectionLayout): (along: number) => Point {
  const turn = radians(section.heading ?? 0);
  const heading = turn + radians(row.heading ?? 0);
  const x = section.x + row.x * Math.cos(turn) - row.y * Math.sin(turn);
  const y = section.y + row.x * Math.sin(turn) + row.y * Math.cos(turn);
  const { radius } = row;
  if (radius === undefined)
    return (along) => ({ x: x + along * Math.cos(heading), y: y + along * Math.sin(heading) });
  return (along) => {
    const turned = heading + along / radius;
    return {
      x: x + radius * (Math.sin(turned) - Math.sin(heading)),
      y: y - radius * (Math.cos(turned) - Math.cos(heading)),
    };
  };
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}

/** As precise as any seat is placed. */
export function toCentimetre(metres: number): number {
  return Math.round(metres * 100) / 100;
}
