import { setTimeout as sleep } from 'node:timers/promises';

export { sleep };

/**
 * Asks until the answer is yes.
 * @param {() => boolean | Promise<boolean>} condition
 * @param {{ limitMs: number, everyMs?: number, signal?: AbortSignal }} options
 * @returns {Promise<boolean>} false when the limit passed first or the signal was given
 */
export async function until(condition, { limitMs, everyMs = 100, signal }) {
  const deadline = performance.now() + limitMs;
  for (;;) {
    if (signal?.aborted) return false;
    if (await condition()) return true;
    if (performance.now() >= deadline) return false;
    await sleep(everyMs);
  }
}
