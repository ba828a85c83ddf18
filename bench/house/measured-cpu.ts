import { cpus } from 'node:os';
import { round } from '../frame/percentiles.ts';
import { type CpuMeter, cpuMsOf } from './cpu-meter.ts';

export interface CpuPerOperation {
  /** Null where the system does not tell, or nothing was done. */
  readonly total: number | null;
  /** With `load`, the bench itself and the process that makes its load, which the total does not contain. */
  readonly byComponent: Record<string, number>;
}

/** The CPU time of a window, the harness's own beside the house's. */
export interface MeasuredCpu {
  perOperation(count: number): CpuPerOperation;
  /**
   * What everything else on this machine used, in CPU milliseconds a second: with two cores, 2,000 is all there is.
   * Latencies beside a busy neighbour say little; CPU time per operation still does.
   */
  readonly othersMsPerSecond: number | null;
}

/** Begins a window; the returned function ends it. `loadPid` is the process that makes the load, when it is not this one. */
export function cpuWindow(meter: CpuMeter, loadPid?: number): () => MeasuredCpu {
  const before = meter.read();
  const ownBefore = process.cpuUsage();
  const loadBefore = cpuMsOf(loadPid);
  const busyBefore = machineBusyMs();
  const begunAt = performance.now();
  return () => {
    const used = meter.since(before);
    const { user, system } = process.cpuUsage(ownBefore);
    const loadMs = (user + system) / 1_000 + cpuMsOf(loadPid) - loadBefore;
    const othersMs = used && machineBusyMs() - busyBefore - used.totalMs - loadMs;
    const seconds = (performance.now() - begunAt) / 1_000;
    return {
      othersMsPerSecond: othersMs === null ? null : Math.max(0, Math.round(othersMs / seconds)),
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

function machineBusyMs(): number {
  return cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0);
}
