import { z } from 'zod';

/** What a seating plan may be at most. Together they bound every document, fact and answer that is made of one. */
export const MAX_SEATS = 60_000;
export const MAX_SECTIONS = 500;
/** So that a section can be drawn by one answer. */
export const MAX_SECTION_SEATS = 5_000;
export const MAX_SECTION_ROWS = 200;
export const MAX_ROW_SEATS = 200;
/** An aisle divides two runs. */
export const MAX_ROW_RUNS = 10;
export const MAX_SEAT_NUMBER = 9_999;

/** Closer than this, from middle to middle, no two people sit beside each other, in metres. */
export const MIN_SEAT_DISTANCE_M = 0.4;
/** From seat to seat where a section does not say, in metres. */
export const DEFAULT_PITCH_M = 0.5;

/** Half the longest side of a plan, in metres: the largest stadiums measure some 300 m. */
const REACH_M = 300;

const metres = z.number().min(-REACH_M).max(REACH_M);
const degrees = z.number().min(-360).max(360);

/** Neither holds a hyphen, so a seat's id can be taken apart again; both are safe in addresses and keys. */
const sectionId = z.string().regex(/^[a-z0-9]{1,24}$/);
const rowLabel = z.string().regex(/^[A-Z0-9]{1,10}$/);
const seatNumber = z.int().min(1).max(MAX_SEAT_NUMBER);
const seatNumbers = z.array(seatNumber).min(1).max(MAX_ROW_SEATS);

const run = z
  .strictObject({
    first: seatNumber.describe('Number of its first seat.'),
    count: z.int().min(1).max(MAX_ROW_SEATS).describe('Seats.'),
    step: z
      .literal([-2, -1, 1, 2])
      .optional()
      .describe('From one number to the next; 2 and -2 for odd or even numbers only. Default 1.'),
    gap: z
      .number()
      .min(0)
      .max(50)
      .optional()
      .describe(
        'From the last seat of the run before to the first of this one, in metres: an aisle. Default: the pitch.',
      ),
  })
  .describe('Seats side by side with evenly spaced numbers.');

const row = z
  .strictObject({
    label: rowLabel.describe('Unique in its section.'),
    x: metres.describe('Where its first seat is, in the frame of the section.'),
    y: metres,
    heading: degrees
      .optional()
      .describe(
        'Direction in which the seats go on from the first, from the x-axis towards the y-axis. Default 0.',
      ),
    radius: z
      .number()
      .min(-REACH_M)
      .max(REACH_M)
      .refine((value) => Math.abs(value) >= 1, 'must be at least 1 m; leave it out for a straight row')
      .optional()
      .describe('Of a curved row, in metres; negative when it turns against the heading, as around a stage.'),
    runs: z
      .array(run)
      .min(1)
      .max(MAX_ROW_RUNS)
      .describe('From left to right as people see it who face the stage.'),
    accessible: seatNumbers.optional().describe('Numbers of the places for wheelchairs and the like.'),
    companion: seatNumbers.optional().describe('Numbers of the seats for those who come with them.'),
    blocked: seatNumbers.optional().describe('Numbers of the seats that are never sold.'),
  })
  .describe('Seats in a line or an arc.');

const section = z
  .strictObject({
    id: sectionId.describe('Unique in the plan; part of the ids of its seats.'),
    name: z.string().trim().min(1).max(60).describe('For people: "Block 101".'),
    group: z
      .string()
      .trim()
      .min(1)
      .max(60)
      .optional()
      .describe('Sections of one group are commonly sold at one price: "Lower tier".'),
    x: metres.describe("Origin of the section's frame in the plan, in metres."),
    y: metres,
    heading: degrees
      .optional()
      .describe("Turn of the section's frame, from the x-axis towards the y-axis. Default 0."),
    pitch: z
      .number()
      .min(MIN_SEAT_DISTANCE_M)
      .max(5)
      .optional()
      .describe(`From seat to seat along a row, in metres. Default ${DEFAULT_PITCH_M}.`),
    rows: z.array(row).min(1).max(MAX_SECTION_ROWS).describe('From the front to the back.'),
  })
  .describe('A part of the house that is sold and found as one.');

/**
 * How a house is seated: what an organizer sends as JSON and what is stored. Lengths are metres, angles degrees; x goes
 * to the right and y down, away from the stage. Rows carry their geometry and runs of numbers; single seats are
 * computed (`seats.ts`), so that 60,000 of them are some 150 KB.
 */
export const planLayout = z.strictObject({
  stage: z
    .strictObject({
      x: metres.describe('Its middle.'),
      y: metres,
      width: z.number().min(0).max(REACH_M),
      depth: z.number().min(0).max(REACH_M),
    })
    .describe('What people come to see: a stage, a floor, a pitch. Nearness is measured to it.'),
  bounds: z
    .strictObject({ minX: metres, minY: metres, maxX: metres, maxY: metres })
    .describe('Every seat lies inside: the box of a drawing.'),
  sections: z.array(section).min(1).max(MAX_SECTIONS),
});

export type PlanLayout = z.output<typeof planLayout>;
export type SectionLayout = PlanLayout['sections'][number];
export type RowLayout = SectionLayout['rows'][number];
export type Run = RowLayout['runs'][number];
export type StageLayout = PlanLayout['stage'];
