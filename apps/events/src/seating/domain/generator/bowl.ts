import type { BareHouse, BareSection } from './house.ts';
import { AISLE_M, type BareRow, ROW_DEPTH_M, seatsFitting, seatsIn, shortened } from './row-of-seats.ts';

/** A house whose seats go all around a floor or a pitch. Lengths in metres. */
interface Bowl {
  readonly width: number;
  readonly depth: number;
  /** From the edge of the floor to the first row. */
  readonly toFirstRow: number;
  readonly maxRowsPerTier: number;
}

/** An ice rink's boards, with a way around. */
const ARENA: Bowl = { width: 60, depth: 30, toFirstRow: 3, maxRowsPerTier: 20 };
/** A football pitch as UEFA asks for it, with room for benches and boards. */
const STADIUM: Bowl = { width: 105, depth: 68, toFirstRow: 8, maxRowsPerTier: 30 };

/** About 24 seats in a row: at most 12 to pass on the way to an aisle. */
const BLOCK_WIDTH_M = 14;
const BETWEEN_TIERS_M = 2;
/** The four sides, against the clock from the one below the floor: how far each is turned from that one. */
const SIDE_HEADINGS = [0, -90, -180, -270];

/** A bowl of blocks around a floor. */
export function arena(seats: number): BareHouse {
  return bowlOf(ARENA, seats);
}

/** Tiers of blocks around a pitch. */
export function stadium(seats: number): BareHouse {
  return bowlOf(STADIUM, seats);
}

/** As few rows around the floor as hold the seats; what they hold more is left out of the outermost row. */
function bowlOf(bowl: Bowl, seats: number): BareHouse {
  let rows = 1;
  let sections = sectionsWith(bowl, rows);
  while (seatsOfAll(sections) < seats) sections = sectionsWith(bowl, ++rows);
  const { width, depth } = bowl;
  return { stage: { x: 0, y: 0, width, depth }, sections: trimmed(sections, seatsOfAll(sections) - seats) };
}

function sectionsWith(bowl: Bowl, rows: number): BareSection[] {
  const tiers = Math.ceil(rows / bowl.maxRowsPerTier);
  const sections: BareSection[] = [];
  let distance = bowl.toFirstRow;
  for (let tier = 1; tier <= tiers; tier++) {
    const rowsOfTier = Math.ceil((rows * tier) / tiers) - Math.ceil((rows * (tier - 1)) / tiers);
    const from = distance;
    const distances = Array.from({ length: rowsOfTier }, (_, i) => from + i * ROW_DEPTH_M);
    const blocks = blocksAround(bowl, distances);
    sections.push(
      ...blocks.map((block, i) => {
        const id = String(tier * 100 + i + 1);
        return { id, name: `Block ${id}`, group: `Tier ${tier}`, ...block };
      }),
    );
    distance += rowsOfTier * ROW_DEPTH_M + BETWEEN_TIERS_M;
  }
  return sections;
}

type Block = Omit<BareSection, 'id' | 'name' | 'group'>;

/** The blocks of a tier, one beside the other around the floor: straight ones along a side, fans around a corner. */
function blocksAround({ width, depth }: Bowl, distances: readonly number[]): Block[] {
  return SIDE_HEADINGS.flatMap((heading, side) => {
    const [length, away] = side % 2 === 0 ? [width, depth / 2] : [depth, width / 2];
    return [
      ...straightBlocks(length, distances).map(({ x, rows }) => ({
        ...turned(x, away, heading),
        heading,
        rows,
      })),
      ...cornerBlocks(distances).map((fan) => ({
        ...turned(length / 2, away, heading),
        heading: heading - fan.angle,
        rows: fan.rows,
      })),
    ];
  });
}

function straightBlocks(length: number, distances: readonly number[]): { x: number; rows: BareRow[] }[] {
  const count = Math.max(1, Math.round(length / BLOCK_WIDTH_M));
  const width = length / count;
  const block = seatsFitting(width - AISLE_M, 0);
  const rows = distances.map((distance): BareRow => ({ blocks: [block], distance, isCurved: false }));
  return Array.from({ length: count }, (_, i) => ({ x: (i + 0.5) * width - length / 2, rows }));
}

/** Fans of a quarter circle; `angle` is by how much one is turned from the side before the corner, in degrees. */
function cornerBlocks(distances: readonly number[]): { angle: number; rows: BareRow[] }[] {
  const middle = distances[Math.floor(distances.length / 2)] ?? 0;
  const count = Math.max(1, Math.round(((Math.PI / 2) * middle) / BLOCK_WIDTH_M));
  const rows = distances
    .map((distance): BareRow => {
      const block = seatsFitting((Math.PI / 2 / count) * distance - AISLE_M, 0);
      return { blocks: [block], distance, isCurved: true };
    })
    .filter((row) => seatsIn(row) > 0);
  if (rows.length === 0) return [];
  return Array.from({ length: count }, (_, i) => ({ angle: (90 / count) * (i + 0.5), rows }));
}

/** A point of the side below the floor, turned with its side around the middle. */
function turned(x: number, y: number, heading: number): { x: number; y: number } {
  const angle = (heading * Math.PI) / 180;
  return { x: x * Math.cos(angle) - y * Math.sin(angle), y: x * Math.sin(angle) + y * Math.cos(angle) };
}

/**
 * Without so many seats of the last tier's outermost rows, a seat of each block by turns. They are about a row's at most,
 * and the last tier has several.
 */
function trimmed(sections: readonly BareSection[], excess: number): BareSection[] {
  const lastTier = sections.at(-1)?.group;
  const kept = sections.map((section) => ({ section, rows: [...section.rows] }));
  const outermost = kept.filter(({ section }) => section.group === lastTier);
  for (let i = 0, left = excess; left > 0; i++) {
    const { rows = [] } = outermost[i % outermost.length] ?? {};
    const last = rows.pop();
    if (!last) continue;
    const rest = shortened(last, 1);
    if (seatsIn(rest) > 0) rows.push(rest);
    left--;
  }
  return kept.filter(({ rows }) => rows.length > 0).map(({ section, rows }) => ({ ...section, rows }));
}

function seatsOfAll(sections: readonly BareSection[]): number {
  return sections.reduce((sum, { rows }) => sum + rows.reduce((seats, row) => seats + seatsIn(row), 0), 0);
}
