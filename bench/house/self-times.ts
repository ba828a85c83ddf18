import { z } from 'zod';

/** The parts of a V8 CPU profile that are read here. */
export const cpuProfile = z.object({
  nodes: z.array(
    z.object({
      id: z.number(),
      callFrame: z.object({ functionName: z.string(), url: z.string(), lineNumber: z.number() }),
    }),
  ),
  samples: z.array(z.number()),
  /** Microseconds since the sample before. */
  timeDeltas: z.array(z.number()),
});
export type CpuProfile = z.output<typeof cpuProfile>;

/** A table of the functions in which the most time was spent, themselves and not what they called. */
export function selfTimes({ nodes, samples, timeDeltas }: CpuProfile, top: number): string {
  const nameOf = new Map(nodes.map(({ id, callFrame }) => [id, describe(callFrame)]));
  const selfUs = new Map<string, number>();
  let idleUs = 0;
  let totalUs = 0;
  samples.forEach((node, index) => {
    const us = Math.max(0, timeDeltas[index] ?? 0);
    const name = nameOf.get(node) ?? '(unknown)';
    totalUs += us;
    if (name === '(idle)') idleUs += us;
    else selfUs.set(name, (selfUs.get(name) ?? 0) + us);
  });
  const busyUs = totalUs - idleUs;
  const rows = [...selfUs]
    .sort(([, a], [, b]) => b - a)
    .slice(0, top)
    .map(([name, us]) => `${ms(us)} ms ${share(us, busyUs)} %  ${name}`);
  return [`busy ${ms(busyUs).trim()} ms of ${ms(totalUs).trim()} ms; self time of busy time:`, ...rows].join(
    '\n',
  );
}

function describe({ functionName, url, lineNumber }: CpuProfile['nodes'][number]['callFrame']): string {
  const name = functionName || '(anonymous)';
  if (url === '') return name;
  const file = url.split(/node_modules\/|dist\//).at(-1) ?? url;
  return `${name}  ${file}:${lineNumber + 1}`;
}

function ms(us: number): string {
  return (us / 1_000).toFixed(1).padStart(9);
}

function share(us: number, ofUs: number): string {
  return ((100 * us) / Math.max(1, ofUs)).toFixed(1).padStart(5);
}
