import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { z } from 'zod';
import type { Progress } from '../frame/progress.ts';
import type { House } from './house.ts';
import { selfTimes, cpuProfile } from './self-times.ts';

/** Where Node opens its inspector on SIGUSR1: the same for every process, so one service at a time. */
const INSPECTOR = 'http://127.0.0.1:9229';
const OPEN_LIMIT_MS = 5_000;
const COMMAND_LIMIT_MS = 30_000;
const SAMPLE_EVERY_US = 500;
const TOP = 20;

/** The profile could not be taken; the message says why. */
export class ProfileFailure extends Error {
  override readonly name = 'ProfileFailure';
}

/**
 * Runs the work while the service is profiled; writes `<service>-<time>.cpuprofile` (open it in Chrome's or VS Code's
 * profiler) and shows the functions with the most self time. @throws ProfileFailure
 */
export async function profileService<T>(
  house: House,
  name: string,
  progress: Progress,
  work: () => Promise<T>,
): Promise<T> {
  const { pid } = house.service(name);
  if (pid === undefined) throw new ProfileFailure(`${name} is not a process of this machine.`);
  process.kill(pid, 'SIGUSR1');
  const inspector = await Inspector.open(pid);
  try {
    await inspector.send('Profiler.enable');
    await inspector.send('Profiler.setSamplingInterval', { interval: SAMPLE_EVERY_US });
    await inspector.send('Profiler.start');
    progress.say(`profiling ${name} (pid ${pid})`);
    const result = await work();
    const { profile } = z.object({ profile: z.unknown() }).parse(await inspector.send('Profiler.stop'));
    const path = `${name}-${new Date().toISOString().replace(/[:.]/g, '-')}.cpuprofile`;
    writeFileSync(path, JSON.stringify(profile));
    progress.say(`profile of ${name}: ${path}`);
    progress.show(selfTimes(cpuProfile.parse(profile), TOP));
    return result;
  } finally {
    await inspector.close();
  }
}

const answer = z.object({
  id: z.number(),
  result: z.unknown().optional(),
  error: z.object({ message: z.string() }).optional(),
});
type Answer = z.output<typeof answer>;

/** The Chrome DevTools Protocol, as far as a profile needs it. */
class Inspector {
  private nextId = 1;
  private readonly waiting = new Map<number, (answer: Answer) => void>();

  private constructor(private readonly socket: WebSocket) {
    socket.on('message', (text: Buffer) => {
      const message = answer.safeParse(JSON.parse(text.toString('utf8'))).data;
      if (message) this.waiting.get(message.id)?.(message);
    });
    socket.on('error', () => {});
  }

  static async open(pid: number): Promise<Inspector> {
    const socket = new WebSocket(await debuggerUrl());
    await new Promise((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    const inspector = new Inspector(socket);
    const { result } = evaluated.parse(
      await inspector.send('Runtime.evaluate', { expression: 'process.pid', returnByValue: true }),
    );
    if (result.value === pid) return inspector;
    socket.close();
    throw new ProfileFailure(
      `Port 9229 belongs to the inspector of process ${String(result.value)}, not to ${pid}: end that one first.`,
    );
  }

  async send(method: string, params: object = {}): Promise<unknown> {
    const id = this.nextId++;
    const answered = new Promise<Answer>((resolve) => this.waiting.set(id, resolve));
    this.socket.send(JSON.stringify({ id, method, params }));
    const first = await Promise.race([answered, sleep(COMMAND_LIMIT_MS, undefined, { ref: false })]);
    this.waiting.delete(id);
    if (!first) throw new ProfileFailure(`The inspector did not answer ${method}.`);
    if (first.error) throw new ProfileFailure(`${method}: ${first.error.message}`);
    return first.result;
  }

  /** Closes the service's inspector too, so that the port is free for the next one. */
  async close(): Promise<void> {
    const expression = "setTimeout(() => process.getBuiltinModule('node:inspector').close(), 100); 0";
    await this.send('Runtime.evaluate', { expression }).catch(() => {});
    this.socket.close();
  }
}

const evaluated = z.object({ result: z.object({ value: z.unknown() }) });
const targets = z.array(z.object({ webSocketDebuggerUrl: z.string() })).min(1);

async function debuggerUrl(): Promise<string> {
  const deadline = performance.now() + OPEN_LIMIT_MS;
  for (;;) {
    const found = await fetch(`${INSPECTOR}/json/list`, { signal: AbortSignal.timeout(1_000) })
      .then((response) => response.json())
      .catch(() => undefined);
    const url = targets.safeParse(found).data?.[0]?.webSocketDebuggerUrl;
    if (url !== undefined) return url;
    if (performance.now() > deadline)
      throw new ProfileFailure('The service opened no inspector on port 9229.');
    await sleep(100);
  }
}
