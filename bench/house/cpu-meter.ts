import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import type { House } from './house.ts';

/** proc_pid_stat(5) counts in ticks of which Linux shows 100 a second to programs, whatever its own timer does. */
const TICK_MS = 10;

interface ProcessTime {
  readonly pid: number;
  readonly parentPid: number;
  /** User and system time since its start. */
  readonly cpuMs: number;
}

/** CPU time used since the start of each process, by component. */
export type CpuReading = ReadonlyMap<string, ReadonlyMap<number, number>>;

export interface CpuUse {
  readonly totalMs: number;
  readonly byComponent: Readonly<Record<string, number>>;
}

/**
 * CPU time of the house's services and engines, with their children; not of the load. Exact to 10 ms per process, so
 * windows should last a second or more. Null where neither /proc nor `ps` tells.
 */
export class CpuMeter {
  constructor(private readonly house: House) {}

  read(): CpuReading | undefined {
    const processes = processTimes();
    if (!processes) return undefined;
    return new Map(this.house.components().map(({ name, pid }) => [name, treeOf(processes, pid)]));
  }

  /** A process that began since then counts whole; what one did that ended meanwhile is lost. */
  since(before: CpuReading | undefined): CpuUse | null {
    const now = this.read();
    if (!before || !now) return null;
    const uses = [...now].map(([name, processes]): [string, number] => {
      const earlier = before.get(name);
      const used = [...processes].reduce((sum, [pid, cpuMs]) => sum + cpuMs - (earlier?.get(pid) ?? 0), 0);
      return [name, used];
    });
    return { totalMs: uses.reduce((sum, [, used]) => sum + used, 0), byComponent: Object.fromEntries(uses) };
  }
}

/** CPU time of one process since its start; 0 when there is none, or the system does not tell. */
export function cpuMsOf(pid: number | undefined): number {
  if (pid === undefined) return 0;
  return processTimes()?.find((one) => one.pid === pid)?.cpuMs ?? 0;
}

function treeOf(processes: readonly ProcessTime[], root: number): Map<number, number> {
  const found = new Map<number, number>();
  const take = (pid: number): void => {
    const own = processes.find((one) => one.pid === pid);
    if (!own || found.has(pid)) return;
    found.set(pid, own.cpuMs);
    for (const child of processes) if (child.parentPid === pid) take(child.pid);
  };
  take(root);
  return found;
}

function processTimes(): ProcessTime[] | undefined {
  return process.platform === 'linux' ? fromProc() : fromPs();
}

function fromProc(): ProcessTime[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((entry) => {
      try {
        return [parseStat(Number(entry), readFileSync(`/proc/${entry}/stat`, 'utf8'))];
      } catch {
        // It ended meanwhile.
        return [];
      }
    });
}

/** Of one line of `/proc/PID/stat` (proc(5)); children are not in it. */
export function parseStat(pid: number, stat: string): ProcessTime {
  // The name (field 2) may hold blanks and brackets, so count from its last bracket: state is field 3.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [parentPid, userTicks, systemTicks] = [fields[1], fields[11], fields[12]].map(Number);
  return { pid, parentPid: parentPid ?? 0, cpuMs: ((userTicks ?? 0) + (systemTicks ?? 0)) * TICK_MS };
}

function fromPs(): ProcessTime[] | undefined {
  try {
    const lines = execFileSync('ps', ['-axo', 'pid=,ppid=,time='], { encoding: 'utf8', timeout: 5_000 });
    return lines
      .trim()
      .split('\n')
      .map((line) => parsePsLine(line));
  } catch {
    return undefined;
  }
}

/** `  412   1  1-02:03:04.56`: days, hours and hundredths only where there are some. */
export function parsePsLine(line: string): ProcessTime {
  const [pid = '', parentPid = '', time = ''] = line.trim().split(/\s+/);
  const [clock = '', days = '0'] = time.split('-').reverse();
  const seconds = clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
  return {
    pid: Number(pid),
    parentPid: Number(parentPid),
    cpuMs: Math.round((Number(days) * 86_400 + seconds) * 1_000),
  };
}
