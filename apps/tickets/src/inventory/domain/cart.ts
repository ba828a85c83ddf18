import { z } from 'zod';
import { MAX_AMOUNT, type Money } from '#kernel';
import type { Seat } from '../../seats/domain/seat.ts';

/** Units of one ticket type. */
export interface CartLine {
  readonly ticketTypeId: string;
  readonly quantity: number;
  /** As many as units; absent for units of a pool. */
  readonly seats?: readonly Seat[];
}

/** A line as a buyer asks for it: with seats by name, or so many of the best that are free. */
export interface WishedLine {
  readonly ticketTypeId: string;
  readonly quantity: number;
  /** Undefined for the best seats, and for units of a pool. */
  readonly seatIds?: readonly string[];
  /** Where the best seats are to be. */
  readonly sectionId?: string;
  /** The best seats are to be places for wheelchairs and the like. */
  readonly accessible: boolean;
}

/** A line whose price was frozen by a hold. */
export interface QuotedLine extends CartLine {
  readonly unitPrice: Money;
}

const MAX_LINES = 10;
/** No ticket type allows more in one order; its own limit is checked where it is known. */
const MAX_QUANTITY = 100;

const seatIds = z
  .array(z.string().min(1).max(60))
  .min(1)
  .max(MAX_QUANTITY)
  .refine((ids) => new Set(ids).size === ids.length, 'each seat may be named once only');

const line = z
  .object({
    ticketTypeId: z.string().min(1).max(100),
    quantity: z.int().min(1).max(MAX_QUANTITY).nullish(),
    seatIds: seatIds.nullish(),
    sectionId: z.string().min(1).max(100).nullish(),
    accessible: z.boolean().nullish(),
  })
  .superRefine((wished, context) => {
    const { quantity, seatIds: seats, sectionId, accessible } = wished;
    const refuse = (path: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [path], message });
    if (!seats && (quantity ?? undefined) === undefined)
      refuse('quantity', 'is needed unless `seatIds` are given');
    if (!seats) return;
    if ((quantity ?? seats.length) !== seats.length) refuse('quantity', 'must be the number of `seatIds`');
    if ((sectionId ?? undefined) !== undefined) refuse('sectionId', 'must be left out with `seatIds`');
    if (accessible) refuse('accessible', 'must be left out with `seatIds`');
  })
  .transform(({ ticketTypeId, quantity, seatIds: seats, sectionId, accessible }): WishedLine => ({
    ticketTypeId,
    quantity: seats?.length ?? quantity ?? 0,
    accessible: accessible ?? false,
    ...(seats ? { seatIds: seats } : {}),
    ...(sectionId ? { sectionId } : {}),
  }));

export const cartInput = z.object({
  eventId: z.string().min(1).max(100),
  lines: z
    .array(line)
    .min(1)
    .max(MAX_LINES)
    .refine(
      (lines) => new Set(lines.map(({ ticketTypeId }) => ticketTypeId)).size === lines.length,
      'each ticket type may stand in one line only',
    ),
  maxTotal: z.object({ amount: z.int().min(0).max(MAX_AMOUNT), currency: z.string().length(3) }).nullish(),
});

export function unitsOf(lines: readonly CartLine[]): number {
  return lines.reduce((sum, { quantity }) => sum + quantity, 0);
}
