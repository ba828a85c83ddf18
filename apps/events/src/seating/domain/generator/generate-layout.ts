import { z } from 'zod';
import { type PlanLayout } from '../plan-layout.ts';
import { ROW_LABELLINGS, SEAT_NUMBERINGS, type RowLabelling, type SeatNumbering } from '../numbering.ts';
import { seatsOf } from '../seats.ts';
import { withAccessiblePlaces } from './accessible-places.ts';
import { arena, stadium } from './bowl.ts';
import type { BareHouse } from './house.ts';
import { markedRows, rounded } from './row-of-seats.ts';
import { theatre } from './theatre.ts';

export const SHAPES = ['THEATRE', 'ARENA', 'STADIUM'] as const;
export type Shape = (typeof SHAPES)[number];

/** Seats that a shape is made for: a larger theatre would be an arena. */
export const SHAPE_SEATS: Record<Shape, { readonly fewest: number; readonly most: number }> = {
  THEATRE: { fewest: 20, most: 6_000 },
  ARENA: { fewest: 1_000, most: 25_000 },
  STADIUM: { fewest: 5_000, most: 60_000 },
};

const HOUSES: Record<Shape, (seats: number) => BareHouse> = {
  THEATRE: theatre,
  ARENA: arena,
  STADIUM: stadium,
};

const CUSTOMS: Record<Shape, { readonly numbering: SeatNumbering; readonly rowLabels: RowLabelling }> = {
  THEATRE: { numbering: 'ODD_EVEN', rowLabels: 'LETTERS_WITHOUT_I_O' },
  ARENA: { numbering: 'LEFT_TO_RIGHT', rowLabels: 'NUMBERS' },
  STADIUM: { numbering: 'LEFT_TO_RIGHT', rowLabels: 'NUMBERS' },
};

const DEFAULT_ACCESSIBLE_SHARE = 0.01;
/** Around the outermost seats, in metres. */
const MARGIN_M = 2;

/** What is to be generated. */
export const layoutOrder = z
  .object({
    shape: z.enum(SHAPES),
    /** All seats, accessible places included. The layout has exactly so many. */
    seats: z.int(),
    numbering: z.enum(SEAT_NUMBERINGS).nullish(),
    rowLabels: z.enum(ROW_LABELLINGS).nullish(),
    /** Of the seats of each section, rounded up. */
    accessibleShare: z
      .number()
      .min(0)
      .max(0.1)
      .nullish()
      .transform((share) => share ?? DEFAULT_ACCESSIBLE_SHARE),
  })
  .superRefine(({ shape, seats }, context) => {
    const { fewest, most } = SHAPE_SEATS[shape];
    if (seats >= fewest && seats <= most) return;
    const message = `must be ${fewest} to ${most} for the shape ${shape}`;
    context.addIssue({ code: 'custom', path: ['seats'], message });
  });
export type LayoutOrder = z.output<typeof layoutOrder>;

/** A layout of a common shape: the same for the same order. */
export function generateLayout({ shape, seats, accessibleShare, ...order }: LayoutOrder): PlanLayout {
  const customs = CUSTOMS[shape];
  const marking = {
    numbering: order.numbering ?? customs.numbering,
    rowLabels: order.rowLabels ?? customs.rowLabels,
  };
  const { stage, sections } = HOUSES[shape](seats);
  const layout = {
    stage: { ...stage, width: rounded(stage.width), depth: rounded(stage.depth) },
    sections: sections.map(({ x, y, heading, rows, ...section }) => ({
      ...section,
      x: rounded(x),
      y: rounded(y),
      ...(heading === 0 ? {} : { heading: rounded(heading) }),
      rows: withAccessiblePlaces(markedRows(rows, marking), accessibleShare),
    })),
  };
  return { ...layout, bounds: boundsOf(layout) };
}

/** A box around the stage and all seats. */
function boundsOf({ stage, sections }: Omit<PlanLayout, 'bounds'>): PlanLayout['bounds'] {
  const box = {
    minX: stage.x - stage.width / 2,
    minY: stage.y - stage.depth / 2,
    maxX: stage.x + stage.width / 2,
    maxY: stage.y + stage.depth / 2,
  };
  for (const section of sections) {
    for (const { x, y } of section.rows.flatMap((row) => seatsOf(row, section))) {
      box.minX = Math.min(box.minX, x);
      box.minY = Math.min(box.minY, y);
      box.maxX = Math.max(box.maxX, x);
      box.maxY = Math.max(box.maxY, y);
    }
  }
  return {
    minX: Math.floor(box.minX) - MARGIN_M,
    minY: Math.floor(box.minY) - MARGIN_M,
    maxX: Math.ceil(box.maxX) + MARGIN_M,
    maxY: Math.ceil(box.maxY) + MARGIN_M,
  };
}
