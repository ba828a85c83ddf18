import type { SeatRow } from './seat-layout.ts';

export interface SeatChoice {
  readonly rows: readonly SeatRow[];
  readonly quantity: number;
  readonly isFree: (at: number) => boolean;
  /** A place for wheelchairs and the like. */
  readonly isAccessible: (at: number) => boolean;
  /** Only such places are wanted; else they are given last. */
  readonly accessible: boolean;
}

/** Free seats side by side. */
interface Gap {
  readonly from: number;
  readonly length: number;
  /** To the stage, in hundredths of the plan's unit: integers add up the same in whatever order. */
  readonly distance: number;
  readonly row: SeatRow;
}

/** Seats side by side, taken out of a gap. */
interface Block {
  readonly from: number;
  readonly count: number;
  readonly cost: number;
}

/** A lonely seat outweighs any distance, a distance any place in the row. Exact: 100 of them stay below 2^53. */
const LONELY_COST = 1e12;
const DISTANCE_COST = 1e5;

/**
 * The best free seats for a party, or undefined when there are too few. In this order: places for wheelchairs only when
 * nothing else is left (or when they are asked for); as few blocks as can be, a block being seats side by side, so that
 * rows are broken as little as can be; as few single seats left alone between others as can be; nearest the stage;
 * towards the middle of the row. The same question always has the same answer.
 */
export function bestSeats(choice: SeatChoice): number[] | undefined {
  const { isFree, isAccessible, accessible } = choice;
  const first = blocksFor(choice, (at) => isFree(at) && isAccessible(at) === accessible);
  return first ?? (accessible ? undefined : blocksFor(choice, isFree));
}

function blocksFor(choice: SeatChoice, isOffered: (at: number) => boolean): number[] | undefined {
  const { rows, quantity } = choice;
  const fewest = fewestBlocks(rows, quantity, isOffered);
  if (fewest === undefined) return undefined;
  const chosen = cheapest(candidates(choice, fewest, isOffered), quantity, fewest);
  return chosen.flatMap(({ from, count }) => Array.from({ length: count }, (_, i) => from + i));
}

/** Tells of all free seats side by side. There may be tens of thousands, so nothing is made of them here. */
function eachGap(
  rows: readonly SeatRow[],
  isOffered: (at: number) => boolean,
  take: (row: SeatRow, from: number, length: number) => void,
): void {
  for (const row of rows)
    for (const { from: first, count } of row.runs) {
      const end = first + count;
      let from = first;
      for (let at = first; at < end; at++) {
        if (isOffered(at)) continue;
        if (at > from) take(row, from, at - from);
        from = at + 1;
      }
      if (end > from) take(row, from, end - from);
    }
}

interface Fewest {
  readonly blocks: number;
  /** Shorter gaps cannot be among so few. */
  readonly shortestGap: number;
}

function fewestBlocks(
  rows: readonly SeatRow[],
  quantity: number,
  isOffered: (at: number) => boolean,
): Fewest | undefined {
  const ofLength = new Uint32Array(quantity + 1);
  eachGap(rows, isOffered, (_row, _from, length) => {
    const useful = Math.min(length, quantity);
    ofLength[useful] = (ofLength[useful] ?? 0) + 1;
  });
  let missing = quantity;
  let blocks = 0;
  for (let length = quantity; length > 0; length--) {
    for (let left = ofLength[length] ?? 0; left > 0; left--) {
      blocks++;
      if (length >= missing) return { blocks, shortestGap: missing };
      missing -= length;
    }
  }
  return undefined;
}

/**
 * Of gaps of one length only the nearest matter, as many as there will be blocks: any other could be changed for one of
 * them, and would be no further from the stage. What a gap leaves over is judged alike from two seats on.
 */
function candidates(
  { rows, quantity }: SeatChoice,
  { blocks, shortestGap }: Fewest,
  isOffered: (at: number) => boolean,
): Gap[] {
  const byLength = Array.from({ length: quantity + 3 }, (): Gap[] => []);
  eachGap(rows, isOffered, (row, from, length) => {
    if (length < shortestGap) return;
    const nearest = byLength[Math.min(length, quantity + 2)] ?? [];
    const distance = Math.round(row.distance * 100);
    const last = nearest.length === blocks ? nearest.at(-1) : undefined;
    if (last && last.distance < distance) return;
    const gap = { from, length, distance, row };
    if (last && compare(last, gap, quantity) <= 0) return;
    if (last) nearest.pop();
    const place = nearest.findIndex((other) => compare(gap, other, quantity) < 0);
    nearest.splice(place === -1 ? nearest.length : place, 0, gap);
  });
  return byLength.flat();
}

function compare(a: Gap, b: Gap, quantity: number): number {
  const count = Math.min(quantity, a.length, b.length);
  return blockIn(a, count).cost - blockIn(b, count).cost || a.from - b.from;
}

/** Exactly so many blocks that have so many seats, at the least cost: gap by gap, the best way to every sum. */
function cheapest(gaps: readonly Gap[], quantity: number, { blocks }: Fewest): Block[] {
  interface Way {
    readonly cost: number;
    readonly block: Block;
    readonly before: Way | undefined;
  }
  // By blocks so far, then by seats so far.
  const ways: (Way | undefined)[][] = Array.from({ length: blocks + 1 }, () => []);
  for (const gap of gaps) {
    const offers = Array.from({ length: Math.min(gap.length, quantity) }, (_, i) => blockIn(gap, i + 1));
    for (let made = blocks - 1; made >= 0; made--) {
      for (let seats = made; seats < quantity; seats++) {
        const before = ways[made]?.[seats];
        if (made > 0 ? !before : seats > 0) continue;
        for (const block of offers) {
          const sum = seats + block.count;
          if (sum > quantity) break;
          const cost = (before?.cost ?? 0) + block.cost;
          const reached = ways[made + 1];
          const known = reached?.[sum];
          if (reached && (!known || cost < known.cost)) reached[sum] = { cost, block, before };
        }
      }
    }
  }
  const chosen: Block[] = [];
  for (let way = ways[blocks]?.[quantity]; way; way = way.before) chosen.push(way.block);
  return chosen.toSorted((a, b) => a.from - b.from);
}

/** Where so many seats are best taken out of a gap: no single seat left at either side, then nearest the row's middle. */
function blockIn({ from, length, distance, row }: Gap, count: number): Block {
  const spare = length - count;
  // Twice the places from the middle of the row to the middle of the block, when it begins at the gap's first seat.
  const offset = 2 * (from - row.from) + count - row.count;
  const middle = Math.min(Math.max(Math.round(-offset / 2), 0), spare);
  const before = leavesSingle(middle, spare) ? besideSingle(middle, spare, offset) : middle;
  const lonely = leavesSingle(before, spare) ? LONELY_COST : 0;
  const cost = lonely + distance * count * DISTANCE_COST + Math.abs(offset + 2 * before);
  return { from: from + before, count, cost };
}

function leavesSingle(before: number, spare: number): boolean {
  return before === 1 || spare - before === 1;
}

/** The nearest to the middle of the starts that leave no single seat; where there is none, of the gap's two ends. */
function besideSingle(middle: number, spare: number, offset: number): number {
  const starts = [middle - 2, middle - 1, middle + 1, middle + 2, 0, spare].filter(
    (start) => start >= 0 && start <= spare,
  );
  const good = starts.filter((start) => !leavesSingle(start, spare));
  const [first = 0, ...others] = good.length > 0 ? good : starts.filter((s) => s === 0 || s === spare);
  return others.reduce(
    (best, start) => (Math.abs(offset + 2 * start) < Math.abs(offset + 2 * best) ? start : best),
    first,
  );
}
