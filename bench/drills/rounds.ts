import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Progress } from '../frame/progress.ts';
import { answers, type Component, type House, NoHouse } from '../house/house.ts';

/** Something bad that happens to a house in a round. */
export interface Harm {
  /** What it is done to: the key of its figures. */
  readonly target: string;
  /** What must be done some time before. */
  prepare?(house: House): Promise<void>;
  /** Does it, and answers whether the house has got over it, to be asked again and again. */
  inflict(house: House): (() => Promise<boolean>) | Promise<() => Promise<boolean>>;
}

export interface Round<R> {
  readonly harm: Harm;
  /** From the harm until every service says again that it is ready; null when that took longer than a round may. */
  readonly healthyS: number | null;
  readonly found: R;
}

export interface RoundSetting {
  readonly house: House;
  /** Time from the harm, recovery included. */
  readonly roundLimitMs: number;
  readonly signal: AbortSignal;
}

export interface RoundsSetting extends RoundSetting {
  readonly harms: readonly Harm[];
  readonly progress: Progress;
}

/** What a drill looks at while the house gets over a harm. It ends by `deadline`, on the clock of `performance.now()`. */
export type Check<R> = (harm: Harm, harmedAt: number, deadline: number) => Promise<R>;

const POLL_MS = 200;
const CONNECT_LIMIT_MS = 1_000;

/** One harm after the other, each when the last is got over or its time is up; its check runs meanwhile. */
export async function runRounds<R>(setting: RoundsSetting, check: Check<R>): Promise<Round<R>[]> {
  const { harms, progress } = setting;
  const rounds: Round<R>[] = [];
  for (const [index, harm] of harms.entries()) {
    const round = await runRound(setting, harm, check);
    rounds.push(round);
    progress.say(`round ${index + 1} of ${harms.length}: ${harm.target}, healthy after ${round.healthyS} s`);
  }
  return rounds;
}

/** One harm, until it is got over or its time is up. */
export async function runRound<R>(
  { house, roundLimitMs, signal }: RoundSetting,
  harm: Harm,
  check: Check<R>,
): Promise<Round<R>> {
  signal.throwIfAborted();
  const harmedAt = performance.now();
  const deadline = harmedAt + roundLimitMs;
  const hasRecovered = await harm.inflict(house);
  const healthy = untilHealthy(house, hasRecovered, deadline, signal);
  const [found, healthyAt] = await Promise.all([check(harm, harmedAt, deadline), healthy]);
  const healthyS = healthyAt === undefined ? null : secondsSince(harmedAt, healthyAt);
  return { harm, healthyS, found };
}

/** kill -9 of a service or an engine. It is over when whoever runs the house has started it again, and it listens. */
export function killOf(target: string): Harm {
  return {
    target,
    inflict: (house) => {
      const victim = house.components().find(({ name }) => name === target);
      if (!victim) throw new NoHouse(`The house runs no ${target} of its own that could be killed.`);
      process.kill(victim.pid, 'SIGKILL');
      return async () => {
        const again = house.components().find(({ name, pid }) => name === target && pid !== victim.pid);
        return again !== undefined && (await listens(again));
      };
    },
  };
}

/** Kafka's address is host:port, the others' are URLs. */
function listens({ url }: Component): Promise<boolean> {
  const { hostname, port } = new URL(url.includes('://') ? url : `tcp://${url}`);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port), timeout: CONNECT_LIMIT_MS });
    const end = (isThere: boolean): void => {
      socket.destroy();
      resolve(isThere);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
    socket.once('timeout', () => end(false));
  });
}

/** To hundredths. */
export function secondsSince(startedAt: number, endedAt: number): number {
  return Math.round((endedAt - startedAt) / 10) / 100;
}

async function untilHealthy(
  house: House,
  hasRecovered: () => Promise<boolean>,
  deadline: number,
  signal: AbortSignal,
): Promise<number | undefined> {
  while (performance.now() < deadline && !signal.aborted) {
    if ((await hasRecovered()) && (await isHealthy(house))) return performance.now();
    await sleep(POLL_MS);
  }
  return undefined;
}

async function isHealthy(house: House): Promise<boolean> {
  const services = Object.values(house.record().services);
  return (await Promise.all(services.map(({ url }) => answers(url)))).every(Boolean);
}
