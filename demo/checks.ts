import { setTimeout as sleep } from 'node:timers/promises';
import { Unexpected } from './graph/client.ts';

/** One line of the closing table: a figure the client reckoned itself, and what the platform says. */
export interface Check {
  readonly what: string;
  readonly expected: string;
  readonly found: string;
  readonly holds: boolean;
}

/** Two figures that must be the same. */
export function same<T extends string | number>(
  what: string,
  expected: T,
  found: T | undefined,
  show: (value: T) => string = String,
): Check {
  return {
    what,
    expected: show(expected),
    found: found === undefined ? 'nothing' : show(found),
    holds: found === expected,
  };
}

/** A rule, in words, and what was found. */
export function rule(what: string, expected: string, found: string, holds: boolean): Check {
  return { what, expected, found, holds };
}

/** Facts travel between the services for a moment after the last command: so long the figures may take to agree. */
const SETTLE_LIMIT_MS = 15_000;
const POLL_MS = 250;

/** Compares again and again until every check holds; the last comparison when some still do not after 15 s. */
export async function whenSettled(
  compare: () => Promise<Check[]>,
  limitMs = SETTLE_LIMIT_MS,
): Promise<Check[]> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const checks = await compare();
    if (checks.every(({ holds }) => holds) || performance.now() > deadline) return checks;
    await sleep(POLL_MS);
  }
}

/** Asks until there is an answer. @throws Unexpected naming what was awaited when there is none in time. */
export async function awaited<T>(
  what: string,
  limitMs: number,
  ask: () => Promise<T | undefined>,
  everyMs = POLL_MS,
): Promise<T> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > deadline)
      throw new Unexpected(`Waited ${limitMs / 1_000} s in vain for ${what}.`);
    await sleep(everyMs);
  }
}
