import { z } from 'zod';

export const percentiles = z.strictObject({
  p50: z.number().nonnegative(),
  p95: z.number().nonnegative(),
  p99: z.number().nonnegative(),
});
export type Percentiles = z.output<typeof percentiles>;

/**
 * Percentiles by nearest rank: the smallest value that at least p % of all values do not exceed. Exact, from every
 * single value: nothing is put into classes. Null when there are no values.
 */
export function percentilesOf(values: readonly number[]): Percentiles | null {
  if (values.length === 0) return null;
  const sorted = Float64Array.from(values).sort();
  const at = (percent: number): number =>
    round(sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? 0);
  return { p50: at(50), p95: at(95), p99: at(99) };
}

/** To three decimals: of milliseconds, the microsecond. */
export function round(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
