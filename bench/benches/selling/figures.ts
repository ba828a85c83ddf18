import { z } from 'zod';
import { percentiles } from '../../frame/percentiles.ts';
import { reckoningFigures } from '../reckoning.ts';

const ms = percentiles.nullable();
const count = z.int().nonnegative();
const perSecond = z.number().nonnegative();
/** Over all services and engines; null where the system does not tell. */
const cpuMs = z.number().nonnegative().nullable();
const byComponent = z.record(z.string(), z.number());

export const purchasesFigures = z.strictObject({
  purchases: count,
  purchasesPerSecond: perSecond,
  cpuMsPerPurchase: cpuMs,
  cpuMsPerPurchaseByComponent: byComponent,
  othersCpuMsPerSecond: z.number().nonnegative().nullable(),
  holdMs: ms,
  orderMs: ms,
  payMs: ms,
  purchaseMs: ms,
  /** To read the seat map, of those who choose from it. */
  seatsMs: ms,
  /** Tries that found chosen seats taken; whoever made them chose others. */
  seatTaken: count,
  errors: z.record(z.string(), count),
});
export type PurchasesFigures = z.output<typeof purchasesFigures>;

export const sellingFigures = z.strictObject({
  /** By number of clients: `at64`. */
  levels: z.record(z.string().regex(/^at\d+$/), purchasesFigures),
  /** Straight at the service, holds alone. */
  holdsPerSecond: perSecond,
  directHoldMs: ms,
  cpuMsPerHold: cpuMs,
  scriptHoldsPerSecond: perSecond,
  rawHoldsPerSecond: perSecond.nullable(),
  scriptShareOfRaw: z.number().nonnegative().nullable(),
  /** Purchases of an event of which so many units are sold already: `at10000`. */
  bySold: z.record(z.string().regex(/^at\d+$/), purchasesFigures),
  /** Purchases spread over many events; null when none were asked for. */
  manyEvents: purchasesFigures.nullable(),
  ...reckoningFigures,
  errors: z.record(z.string(), count),
});
export type SellingFigures = z.output<typeof sellingFigures>;
