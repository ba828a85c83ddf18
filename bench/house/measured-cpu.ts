import { round } from '../frame/percentiles.ts';
import type { CpuMeter } from './cpu-meter.ts';

export interface CpuPerOperation {
  /** Null where the system does not tell, or nothing was done. */
  readonly total: number | null;
  /** With `load`, the process of the bench itself, which the total does not contain. */
  readonly byComponent: Record<string, number>;
}

/** The CPU time of a window, the harness's own beside the house's. */
export interface MeasuredCpu {
  perOperation(count: number): CpuPerOperation;
}

/** Begins a window; the returned function ends it. */
export function cpuWindow(meter: CpuMeter): () => MeasuredCpu {
  const before = meter.read();
  const ownBefore = process.cpuUsage();
  return () => {
    const used = meter.since(before);
    const { user, system } = process.cpuUsage(ownBefore);
    const loadMs = (user + system) / 1_000;
    return {
      perOperation: (count) => {
        if (!used || count === 0) return { total: null, byComponent: {} };
        const shares = Object.entries({ ...used.byComponent, load: loadMs }).map(
          ([name, usedMs]) => [name, round(Math.max(0, usedMs) / count)] as const,
        );
        return { total: round(used.totalMs / count), byComponent: Object.fromEntries(shares) };
      },
    };
  };
}
