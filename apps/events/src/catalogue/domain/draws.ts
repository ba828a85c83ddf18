import { createHash } from 'node:crypto';

/**
 * Chance that can be repeated: for one event, a number in [0, 1) for each purpose. Each is drawn on its own, so that a
 * new rule with a purpose of its own leaves what others derived as it was.
 */
export type Draws = (purpose: string) => number;

/** The first 48 bits of the SHA-256 of `<seed>/<purpose>` as a fraction: evenly spread, and the same on every machine. */
export function drawsOf(seed: string): Draws {
  return (purpose) => createHash('sha256').update(`${seed}/${purpose}`).digest().readUIntBE(0, 6) / 2 ** 48;
}

/** One of the items, each as likely as the others; undefined of none. */
export function pick<T>(items: readonly T[], draw: number): T | undefined {
  return items[Math.floor(draw * items.length)];
}
