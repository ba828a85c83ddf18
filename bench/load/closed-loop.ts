import { setTimeout as sleep } from 'node:timers/promises';
import { LoadError, Tally } from './tally.ts';

export interface Window {
  readonly clients: number;
  /** Load before anything is counted: caches, connections and compiled code as they are in the middle of a day. */
  readonly warmUpMs: number;
  readonly measuredMs: number;
  readonly signal: AbortSignal;
}

export interface Measured<C> {
  readonly tally: Tally;
  readonly seconds: number;
  readonly meter: C;
}

/** After a failure a client waits so long, as people do, and does not spin against a service that is down. */
const PAUSE_AFTER_FAILURE_MS = 50;

/**
 * Closed loop: each client begins its next operation when the last one has ended, so a slow platform gets less load
 * (unlike a real crowd: under overload, latencies look better than they would be). An operation counts when it ends
 * within the window. `startMeter` is called as the window opens, and what it returns as it closes.
 */
export async function closedLoop<C>(
  { clients, warmUpMs, measuredMs, signal }: Window,
  iterate: (client: number, tally: Tally) => Promise<void>,
  startMeter: () => () => C,
): Promise<Measured<C>> {
  const tally = new Tally(false);
  let isOver = false;
  const loop = async (client: number): Promise<void> => {
    while (!isOver) await orPause(iterate(client, tally));
  };
  const loops = Promise.all(Array.from({ length: clients }, (_, client) => loop(client)));
  try {
    await Promise.race([sleep(warmUpMs, undefined, { signal }), loops]);
    const readMeter = startMeter();
    const openedAt = performance.now();
    tally.isOpen = true;
    await Promise.race([sleep(measuredMs, undefined, { signal }), loops]);
    tally.isOpen = false;
    const seconds = (performance.now() - openedAt) / 1_000;
    return { tally, seconds, meter: readMeter() };
  } finally {
    isOver = true;
    await loops;
  }
}

/** Works through all items, so many at a time; each failure is counted, and its item has no result. */
export async function throughAll<I, R>(
  clients: number,
  items: readonly I[],
  work: (item: I, client: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const waiting = items.values();
  const loop = async (client: number): Promise<void> => {
    for (const item of waiting) await orPause(work(item, client).then((result) => void results.push(result)));
  };
  await Promise.all(Array.from({ length: clients }, (_, client) => loop(client)));
  return results;
}

async function orPause(work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof LoadError)) throw error;
    await sleep(PAUSE_AFTER_FAILURE_MS);
  }
}
