import { z } from 'zod';
import { MAX_AMOUNT } from '#kernel';

/** Values that several facts share. */
export const moneyValue = z.object({
  amount: z.int().min(0).max(MAX_AMOUNT),
  currency: z.string().length(3),
});
export const instant = z.iso.datetime();
export const id = z.string().min(1).max(100);
