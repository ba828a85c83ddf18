import { setTimeout as sleep } from 'node:timers/promises';
import type { House } from '../house/house.ts';
import { Findings, type Invariant } from './invariant.ts';
import { waitForQuiet } from './quiet.ts';

/** Longer than a fact takes from its outbox to the last document that follows from it. */
const SECOND_LOOK_AFTER_MS = 2_000;

export interface Verdict {
  readonly name: string;
  readonly says: string;
  /** Things that were looked at. */
  readonly judged: number;
  /** What is wrong, by its subject. */
  readonly violations: ReadonlyMap<string, string>;
  /** What waits for a person, by its subject. */
  readonly warnings: ReadonlyMap<string, string>;
  /** What could not be judged: reason and number. */
  readonly unjudged: ReadonlyMap<string, number>;
  /** With the second look, if there was one. */
  readonly tookMs: number;
}

export interface Verification {
  /** What was still on its way when the looking began; undefined for a quiet house. */
  readonly unrest: string | undefined;
  readonly verdicts: readonly Verdict[];
}

/**
 * Looks whether the invariants hold. A house that runs changes between two reads, so what seems wrong is looked at once
 * more a little later: a violation is what is found both times.
 */
export async function verify(
  house: House,
  invariants: readonly Invariant[],
  { waitMs, secondLookAfterMs = SECOND_LOOK_AFTER_MS }: { waitMs: number; secondLookAfterMs?: number },
): Promise<Verification> {
  const unrest = await waitForQuiet(house, waitMs);
  const verdicts: Verdict[] = [];
  for (const invariant of invariants) verdicts.push(await judge(house, invariant, secondLookAfterMs));
  return { unrest, verdicts };
}

async function judge(house: House, invariant: Invariant, secondLookAfterMs: number): Promise<Verdict> {
  const startedMs = performance.now();
  const first = await lookAt(house, invariant);
  if (first.violations.size === 0) return verdictOf(invariant, first, new Map(), startedMs);
  await sleep(secondLookAfterMs);
  const second = await lookAt(house, invariant);
  const both = [...second.violations].filter(([subject]) => first.violations.has(subject));
  return verdictOf(invariant, second, new Map(both), startedMs);
}

async function lookAt(house: House, invariant: Invariant): Promise<Findings> {
  const findings = new Findings();
  await invariant.look(house, findings);
  return findings;
}

function verdictOf(
  { name, says }: Invariant,
  { count, warnings, unjudged }: Findings,
  violations: Verdict['violations'],
  startedMs: number,
): Verdict {
  const tookMs = Math.round(performance.now() - startedMs);
  return { name, says, judged: count, violations, warnings, unjudged, tookMs };
}

/** Whether no invariant is violated. Warnings, and what could not be judged, do not count. */
export function isClean({ verdicts }: Verification): boolean {
  return verdicts.every(({ violations }) => violations.size === 0);
}
