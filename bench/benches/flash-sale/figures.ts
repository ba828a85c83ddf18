import { z } from 'zod';
import { percentiles, round } from '../../frame/percentiles.ts';
import { Tally } from '../../load/tally.ts';
import type { RushRecord } from '../../sale/rush.ts';
import { reckoningFigures } from '../reckoning.ts';

const ms = percentiles.nullable();
const count = z.int().nonnegative();
const perSecond = z.number().nonnegative();

export const flashSaleFigures = z.strictObject({
  /** Tries to hold. */
  attempts: count,
  ...reckoningFigures,
  /** Units that nobody has though people were refused; not those that are too few for what each wants. */
  unsold: count,
  /** From the first try to hold until the last buyer has seen the ticket. */
  purchasesPerSecond: perSecond,
  /** Successful ones, from the first try until the last success. */
  holdsPerSecond: perSecond,
  /** From the first refusal until the last. */
  refusalsPerSecond: perSecond,
  scriptHoldsPerSecond: perSecond,
  rawHoldsPerSecond: perSecond.nullable(),
  scriptShareOfRaw: z.number().nonnegative().nullable(),
  /** Of the whole rush, refusals included, over all services and engines. */
  cpuMsPerPurchase: z.number().nonnegative().nullable(),
  cpuMsPerPurchaseByComponent: z.record(z.string(), z.number()),
  othersCpuMsPerSecond: z.number().nonnegative().nullable(),
  holdMs: ms,
  orderMs: ms,
  payMs: ms,
  /** From the first try to hold until the ticket. */
  purchaseMs: ms,
  refusalMs: ms,
  /** To read the seat map, of those who choose from it. */
  seatsMs: ms,
  /** Tries that found chosen seats taken; whoever made them chose others. */
  seatTaken: count,
  /** Who had units and came to no ticket, by the last answer. */
  givenUp: z.record(z.string(), count),
  errors: z.record(z.string(), count),
});
export type FlashSaleFigures = z.output<typeof flashSaleFigures>;

/** What the rush itself says; its durations are milliseconds. */
export function figuresOf(record: RushRecord) {
  const tally = Tally.from(record.tally);
  const { 'hold SOLD_OUT': _refused, 'hold SEAT_TAKEN': seatTaken = 0, ...errors } = tally.errors;
  const rate = (step: string, from: number | undefined, to: number | undefined): number =>
    from === undefined || to === undefined || to <= from
      ? 0
      : round((tally.count(step) * 1_000) / (to - from));
  return {
    attempts: record.attempts,
    purchasesPerSecond: rate('purchase', record.firstHoldAt, record.lastTicketAt),
    holdsPerSecond: rate('hold', record.firstHoldAt, record.lastHoldAt),
    refusalsPerSecond: rate('refusal', record.firstRefusalAt, record.lastRefusalAt),
    holdMs: tally.percentiles('hold'),
    orderMs: tally.percentiles('order'),
    payMs: tally.percentiles('pay'),
    purchaseMs: tally.percentiles('purchase'),
    refusalMs: tally.percentiles('refusal'),
    seatsMs: tally.percentiles('seats'),
    seatTaken,
    givenUp: record.givenUp,
    errors,
  };
}
