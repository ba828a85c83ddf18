import { z } from 'zod';
import { percentiles } from '../../frame/percentiles.ts';

const ms = percentiles.nullable();
const perSecond = z.number().nonnegative();
/** Per operation, over all services and engines. Null where the system does not tell. */
const cpuMs = z.number().nonnegative().nullable();

/** CPU milliseconds per operation by process; `load` is the bench itself, and not part of any total. */
const byComponent = z.record(z.string(), z.number().nonnegative());

/** The steps of a journey whose CPU time is measured in a window of their own. */
const STEPS = ['browse', 'hold', 'order', 'pay', 'scan'] as const;
export type Step = (typeof STEPS)[number];

const levelFigures = z.strictObject({
  bareQueryMs: ms,
  bareQueryCpuMs: cpuMs,
  browseMs: ms,
  browsesPerSecond: perSecond,
  browseCpuMs: cpuMs,
  /** CPU milliseconds a second of everything else on the machine during the window; null where unknown. */
  browseOthersCpuMsPerSecond: cpuMs,
  /** Median browse over median bare query, in the same run: compare this between machines. */
  browseToBareRatio: z.number().nonnegative().nullable(),
  holdMs: ms,
  orderMs: ms,
  /** Until the tickets are there. */
  payMs: ms,
  /** Hold to tickets. */
  purchaseMs: ms,
  purchasesPerSecond: perSecond,
  purchaseCpuMs: cpuMs,
  purchaseOthersCpuMsPerSecond: cpuMs,
  pollsPerPurchase: z.number().nonnegative(),
  purchaseToBareRatio: z.number().nonnegative().nullable(),
  scanMs: ms,
  scansPerSecond: perSecond,
  holdCpuMs: cpuMs,
  orderCpuMs: cpuMs,
  /** Pay and everything it sets off, until the tickets are seen. */
  payCpuMs: cpuMs,
  scanCpuMs: cpuMs,
  cpuMsByComponent: z.partialRecord(z.enum(['bareQuery', 'purchase', ...STEPS]), byComponent),
  operations: z.strictObject({
    browses: z.int().nonnegative(),
    purchases: z.int().nonnegative(),
    scans: z.int().nonnegative(),
  }),
  /** By step and kind, as in `hold RETRY_LATER`. */
  errors: z.record(z.string(), z.int().positive()),
});
export type LevelFigures = z.output<typeof levelFigures>;

export const journeyFigures = z.strictObject({
  mongodbPingMs: ms,
  redisPingMs: ms,
  idleCpuMsPerSecond: cpuMs,
  /** What was spent by each process while nobody asked for anything. */
  idleCpuMsPerSecondByComponent: byComponent,
  /** `at8` holds the figures with 8 clients. */
  levels: z.record(z.string().regex(/^at\d+$/), levelFigures),
});
export type JourneyFigures = z.output<typeof journeyFigures>;
