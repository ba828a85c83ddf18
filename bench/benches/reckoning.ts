import { z } from 'zod';
import type { Progress } from '../frame/progress.ts';
import type { House } from '../house/house.ts';
import { soundnessOf } from '../house/operator.ts';
import { countSold } from '../house/sold-units.ts';
import type { BoxOffice } from '../sale/box-office.ts';
import type { EventOnSale } from '../sale/season.ts';

const count = z.int().nonnegative();

/** What a bench that sells an event says of it in the end, whatever else it measured. */
export const reckoningFigures = {
  /** Valid tickets in the end, those of the past left out. */
  sold: count,
  oversold: count,
  chargedWithoutTicket: count,
  /** What `npm run verify` finds when it is quiet, all invariants. */
  violations: count,
  isQuiet: z.boolean(),
};
export type Reckoning = z.output<z.ZodObject<typeof reckoningFigures>>;

/** Counts what was sold and verifies the house once it is quiet; gives all back where the house goes on. */
export async function reckon(
  house: House,
  office: BoxOffice,
  { id }: EventOnSale,
  progress: Progress,
): Promise<Reckoning> {
  progress.say('waiting for quiet, and verifying the house');
  const { violations, isQuiet } = await soundnessOf(house, progress);
  const counts = await countSold(house, [id]);
  if (!house.isPrivate) {
    const undone = await office.close();
    if (undone > 0) progress.say(`${undone} orders are still being refunded`);
  }
  return { ...counts, violations, isQuiet };
}

/** Undefined when all is as it must be. */
export function complaintOf(reckoning: Reckoning): string | undefined {
  if (reckoning.oversold > 0) return `${reckoning.oversold} units are sold that do not exist`;
  if (reckoning.violations > 0) return `${reckoning.violations} violations of what must always be true`;
  if (reckoning.chargedWithoutTicket > 0) return `${reckoning.chargedWithoutTicket} paid for nothing`;
  return reckoning.isQuiet ? undefined : 'something was on its way for longer than a minute';
}
