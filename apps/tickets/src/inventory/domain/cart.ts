import { z } from 'zod';
import { MAX_AMOUNT, type Money } from '#kernel';

/** Units of one ticket type. */
export interface CartLine {
  readonly ticketTypeId: string;
  readonly quantity: number;
}

/** A line whose price was frozen by a hold. */
export interface QuotedLine extends CartLine {
  readonly unitPrice: Money;
}

const MAX_LINES = 10;
/** No ticket type allows more in one order; its own limit is checked where it is known. */
const MAX_QUANTITY = 100;

const line = z.object({
  ticketTypeId: z.string().min(1).max(100),
  quantity: z.int().min(1).max(MAX_QUANTITY),
});

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
