import { COMPONENTS } from '../../house/components.ts';

/** What happens to Redis besides being killed: everything in it goes; or it comes back as it was some seconds ago. */
const REDIS_HARMS = ['redisFlushed', 'redisAged'] as const;

export const HARMS = [...COMPONENTS, ...REDIS_HARMS] as const;
export type HarmName = (typeof HARMS)[number];

export interface PlannedRound {
  readonly harm: HarmName;
  /** Load before the harm. */
  readonly delayMs: number;
  /** Load before the round's own event is cancelled: some time before the harm, or after it. */
  readonly cancelAfterMs: number;
}

const SHORTEST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 4_000;
const CANCELLED_AFTER_HARM_MS = 3_000;
/** Moments of the second kind are drawn by themselves: the order of the harms is by the seed alone. */
const OTHER_STREAM = 0x9e3779b9;

/** The same seed gives the same rounds. Every harm comes once before any comes again, in a new order each time. */
export function planRounds(seed: number, rounds: number, harms: readonly HarmName[]): PlannedRound[] {
  const random = randomFrom(seed);
  const other = randomFrom(seed ^ OTHER_STREAM);
  const planned: PlannedRound[] = [];
  while (planned.length < rounds)
    for (const harm of shuffled(harms, random)) {
      const delayMs = Math.round(SHORTEST_DELAY_MS + random() * (LONGEST_DELAY_MS - SHORTEST_DELAY_MS));
      const cancelAfterMs = Math.round(
        SHORTEST_DELAY_MS + other() * (delayMs + CANCELLED_AFTER_HARM_MS - SHORTEST_DELAY_MS),
      );
      planned.push({ harm, delayMs, cancelAfterMs });
    }
  return planned.slice(0, rounds);
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}

/** Numbers from 0 to 1 that look random: mulberry32, in the public domain. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
