import { MAX_ROW_SEATS } from '../plan-layout.ts';
import { type BareRow, PITCH_M, ROW_DEPTH_M, seatsFitting, shortened } from './row-of-seats.ts';
import type { BareHouse, BareSection } from './house.ts';

/** Rows spread over this angle around the stage. */
const SPREAD = Math.PI / 3;
/** What the house has of each kind of seats; what the balconies do not take is in the stalls. */
const BALCONY_SHARE = 0.2;
/** A smaller house has no balcony; a large one has two. */
const BALCONY_FROM_SEATS = 400;
const SECOND_BALCONY_FROM_SEATS = 1_500;
/** Between the back of one tier and the front of the next, as drawn: in the house the balconies lie above the stalls. */
const BETWEEN_TIERS_M = 3;
const STAGE_TO_FIRST_ROW_M = 3;
const SMALLEST_RADIUS_M = 6;

const TIERS = [
  { id: 'stalls', name: 'Stalls' },
  { id: 'circle', name: 'Circle' },
  { id: 'balcony', name: 'Balcony' },
] as const;

/** Stalls and balconies in curved rows around the stage, with an aisle in the middle. */
export function theatre(seats: number): BareHouse {
  const quotas = quotasOf(seats);
  const front = frontRadius(quotas[0] ?? 0);
  const width = Math.max(6, front * 0.9);
  const depth = width * 0.6;
  // The centre of the rows lies behind the edge of the stage, whose middle is the origin of the plan.
  const y = depth / 2 + STAGE_TO_FIRST_ROW_M - front * Math.cos(SPREAD / 2);
  let radius = front;
  const sections = quotas.map((quota, i): BareSection => {
    const rows = rowsFor(quota, radius);
    radius = (rows.at(-1)?.distance ?? radius) + BETWEEN_TIERS_M;
    const { id, name } = TIERS[i] ?? TIERS[0];
    return { id, name, group: name, x: 0, y, heading: 0, rows };
  });
  return { stage: { x: 0, y: 0, width, depth }, sections };
}

function quotasOf(seats: number): number[] {
  const balconies = seats < BALCONY_FROM_SEATS ? 0 : seats < SECOND_BALCONY_FROM_SEATS ? 1 : 2;
  const each = Math.floor(seats * BALCONY_SHARE);
  return [seats - balconies * each, ...Array<number>(balconies).fill(each)];
}

/** So that the stalls are about as deep as they are wide in their middle. */
function frontRadius(seats: number): number {
  const widthM = Math.sqrt(seats * PITCH_M * ROW_DEPTH_M);
  return Math.max(SMALLEST_RADIUS_M, widthM / SPREAD - widthM / 2);
}

/** Row behind row until there is room for the seats; what there is too much of is taken from the rows by turns. */
function rowsFor(seats: number, front: number): BareRow[] {
  const rows: BareRow[] = [];
  let excess = -seats;
  while (excess < 0) {
    const distance = front + rows.length * ROW_DEPTH_M;
    const fitting = Math.min(MAX_ROW_SEATS, seatsFitting(distance * SPREAD, 1));
    const right = Math.floor(fitting / 2);
    rows.push({ blocks: [fitting - right, right], distance, isCurved: true });
    excess += fitting;
  }
  const each = Math.floor(excess / rows.length);
  return rows.map((row, i) => shortened(row, each + (rows.length - i <= excess % rows.length ? 1 : 0)));
}
