import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { exercise, type Stage } from '../../frame/exercise.ts';
import { selection, wholeNumber } from '../../frame/options.ts';
import { Accounts } from '../../house/accounts.ts';
import { COMPONENTS } from '../../house/components.ts';
import { CpuMeter } from '../../house/cpu-meter.ts';
import { cpuWindow } from '../../house/measured-cpu.ts';
import { soundnessOf } from '../../house/operator.ts';
import { AccountsInTurn } from '../../load/accounts-in-turn.ts';
import { GraphClient, sourceAddresses } from '../../load/graph-client.ts';
import { AcknowledgedOrders } from '../../sale/acknowledged-orders.ts';
import { openSeason } from '../../sale/season.ts';
import { type PurchaseRound, Purchasing } from '../purchasing.ts';
import { killOf, type Round, runRounds } from '../rounds.ts';

const ROUND_LIMIT_S = 30;
const ACCOUNTS = 2_000;
/** Load on a house that is well, before the first kill. */
const LEAD_IN_MS = 2_000;
/** Preparation, and the reckoning and the verification at the end. */
const SPARE_S = 240;

const byComponent = z.partialRecord(z.enum(COMPONENTS), z.number().nonnegative().nullable());

const restartFigures = z.strictObject({
  rounds: z.int().positive(),
  kills: z.partialRecord(z.enum(COMPONENTS), z.int().positive()),
  /** Longest time from kill -9 until a purchase begun after it had its ticket; null when none had within a round. */
  recoveryS: byComponent,
  /** Longest time from kill -9 until every service said that it is ready. */
  healthyS: byComponent,
  /** CPU milliseconds a second of everything else on the machine; null where unknown. */
  othersCpuMsPerSecond: z.number().nonnegative().nullable(),
  purchases: z.int().nonnegative(),
  acknowledgedOrders: z.int().nonnegative(),
  acknowledgedPayments: z.int().nonnegative(),
  acknowledgedLost: z.int().nonnegative(),
  completed: z.int().nonnegative(),
  givenBack: z.int().nonnegative(),
  /** What `npm run verify` finds in the end, all invariants. */
  violations: z.int().nonnegative(),
  /** Nothing was on its way for longer than a minute after the last round. */
  isQuiet: z.boolean(),
  /** What the clients met meanwhile, by component that was killed, then by step and kind. */
  errors: z.partialRecord(z.enum(COMPONENTS), z.record(z.string(), z.int().positive())),
});
type RestartFigures = z.output<typeof restartFigures>;

interface Wishes {
  readonly components: readonly (typeof COMPONENTS)[number][];
  readonly rounds: number;
  readonly clients: number;
}

export const restartDrill = exercise({
  kind: 'drill',
  name: 'restart',
  summary:
    'kill -9 of each service and engine in turn while people buy: time to recover, acknowledged orders lost',
  options: {
    components: selection('what is killed', COMPONENTS),
    rounds: wholeNumber('times that each is killed', { fallback: 1, min: 1, max: 20 }),
    clients: wholeNumber('people who buy meanwhile', { fallback: 4, min: 1, max: 64 }),
  },
  limitS: ({ components, rounds }) => SPARE_S + components.length * rounds * (ROUND_LIMIT_S + 5),
  figures: restartFigures,
  run: restart,
  complaint: ({ acknowledgedLost, violations, isQuiet, recoveryS }) => {
    if (acknowledgedLost > 0) return `${acknowledgedLost} acknowledged orders are lost`;
    if (violations > 0) return `${violations} violations of what must always be true`;
    if (!isQuiet) return 'something was on its way for longer than a minute';
    const dead = Object.entries(recoveryS).filter(([, seconds]) => seconds === null);
    return dead.length === 0
      ? undefined
      : `no purchase within ${ROUND_LIMIT_S} s of killing ${dead.map(([name]) => name).join(', ')}`;
  },
});

async function restart(stage: Stage, { components, rounds, clients }: Wishes): Promise<RestartFigures> {
  const house = await stage.house();
  const accounts = await Accounts.open(house);
  const graphs = sourceAddresses(clients + 1).map((address) => new GraphClient(house.url, address));
  const [first, ...loading] = graphs;
  if (!first) throw new Error('there is no client');
  try {
    const season = await openSeason(first, accounts, stage.progress);
    const buyers = new AccountsInTurn(await accounts.mint(ACCOUNTS));
    const acknowledged = new AcknowledgedOrders();
    const purchasing = new Purchasing({
      events: [season.fixedPrice],
      buyers,
      acknowledged,
      browses: false,
    });
    const load = purchasing.start(loading);
    await sleep(LEAD_IN_MS, undefined, { signal: stage.signal });
    const setting = {
      house,
      harms: Array.from({ length: rounds }, () => components.map(killOf)).flat(),
      roundLimitMs: ROUND_LIMIT_S * 1_000,
      progress: stage.progress,
      signal: stage.signal,
    };
    const endWindow = cpuWindow(new CpuMeter(house));
    const found = await runRounds(setting, (_harm, harmedAt, deadline) =>
      purchasing.untilItWorks(first, harmedAt, deadline),
    ).finally(() => purchasing.stop());
    await load;
    const { othersMsPerSecond: othersCpuMsPerSecond } = endWindow();
    stage.progress.say('asking for every acknowledged order');
    const {
      lost: _lost,
      unsettled: _unsettled,
      ...reckoning
    } = await acknowledged.reckon(graphs, stage.signal);
    stage.progress.say('verifying the house');
    const { violations, isQuiet } = await soundnessOf(house, stage.progress);
    if (!house.isPrivate) await season.close();
    return {
      ...figuresOf(found),
      othersCpuMsPerSecond,
      purchases: purchasing.completed,
      ...reckoning,
      violations,
      isQuiet,
    };
  } finally {
    for (const graph of graphs) graph.close();
    await accounts.close();
  }
}

function figuresOf(rounds: readonly Round<PurchaseRound>[]) {
  const kills: Record<string, number> = {};
  const recoveryS: Record<string, number | null> = {};
  const healthyS: Record<string, number | null> = {};
  const errors: Record<string, Record<string, number>> = {};
  for (const { harm, healthyS: healthy, found } of rounds) {
    const { target } = harm;
    kills[target] = (kills[target] ?? 0) + 1;
    recoveryS[target] = longer(recoveryS[target], found.recoveryS);
    healthyS[target] = longer(healthyS[target], healthy);
    const sum = (errors[target] ??= {});
    for (const [kind, count] of Object.entries(found.errors)) sum[kind] = (sum[kind] ?? 0) + count;
  }
  return { rounds: rounds.length, kills, recoveryS, healthyS, errors };
}

/** Never is longer than any time. */
function longer(known: number | null | undefined, found: number | null): number | null {
  if (known === undefined) return found;
  return known === null || found === null ? null : Math.max(known, found);
}
