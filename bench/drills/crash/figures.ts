import type { FinishedRound } from './journal.ts';

type Seconds = Record<string, number | null>;
type Counts = Record<string, number>;

/** What all rounds come to, those before an interruption included. */
export function figuresOf(rounds: readonly FinishedRound[], seed: number) {
  const kills: Record<string, number> = {};
  const healthyS: Seconds = {};
  const recoveryS: Seconds = {};
  const errors: Counts = {};
  const acts: Counts = {};
  for (const round of rounds) {
    const killed = round.harm === 'redisAged' ? 'redis' : round.harm;
    if (round.harm !== 'redisFlushed') kills[killed] = (kills[killed] ?? 0) + 1;
    note(healthyS, round.harm, round.healthyS);
    note(recoveryS, round.harm, round.recoveryS);
    addTo(errors, round.errors);
    addTo(acts, round.acts);
  }
  const of = (harm: string): number => rounds.filter((round) => round.harm === harm).length;
  return {
    rounds: rounds.length,
    seed,
    kills,
    redisFlushed: of('redisFlushed'),
    redisAged: of('redisAged'),
    orders: rounds.reduce((sum, { orders }) => sum + orders, 0),
    acts,
    eventsCancelled: rounds.filter(({ isCancellationAnswered }) => isCancellationAnswered).length,
    contradictions: rounds.reduce((sum, { contradictions }) => sum + contradictions.length, 0),
    unquietRounds: rounds.filter(({ isQuiet }) => !isQuiet).length,
    healthyS,
    recoveryS,
    longestRoundS: Math.max(0, ...rounds.map(({ roundS }) => roundS)),
    errors,
  };
}

/** Why, by what it is about. */
export function lostIn(rounds: readonly FinishedRound[]): Map<string, string> {
  return new Map(rounds.flatMap(({ lost }) => Object.entries(lost)));
}

/** The same thing found after several rounds is one violation. */
export function violationsIn(rounds: readonly FinishedRound[]): Map<string, string> {
  return new Map(rounds.flatMap(({ violations }) => Object.entries(violations)));
}

/** The longest; never is longer than any time. */
function note(longest: Seconds, harm: string, seconds: number | null): void {
  const known = longest[harm];
  if (known === undefined) longest[harm] = seconds;
  else longest[harm] = known === null || seconds === null ? null : Math.max(known, seconds);
}

function addTo(sum: Counts, counts: Counts): void {
  for (const [kind, count] of Object.entries(counts)) sum[kind] = (sum[kind] ?? 0) + count;
}
