import { setTimeout as sleep } from 'node:timers/promises';
import { exercise, type Stage } from '../../frame/exercise.ts';
import { wholeNumber, wholeNumbers } from '../../frame/options.ts';
import { Accounts } from '../../house/accounts.ts';
import { CpuMeter } from '../../house/cpu-meter.ts';
import { pingEngines } from '../../house/engine-pings.ts';
import type { House } from '../../house/house.ts';
import { type CpuPerOperation, cpuWindow } from '../../house/measured-cpu.ts';
import { AccountsInTurn } from '../../load/accounts-in-turn.ts';
import { GraphClient, sourceAddresses } from '../../load/graph-client.ts';
import { openSeason } from '../../sale/season.ts';
import { type JourneyFigures, journeyFigures, type LevelFigures } from './figures.ts';
import { type LevelSetting, measureLevel } from './level.ts';

const IDLE_MS = 3_000;
/** More than a machine of two cores sells in a window; when they are used up they buy again. */
const ACCOUNTS = 2_000;
/** Beside the measured windows: preparation, warm-up, and waiting for the last operations. */
const SPARE_S = 60;

interface Wishes {
  readonly clients: readonly number[];
  readonly seconds: number;
  readonly batch: number;
}

export const journeyBench = exercise({
  kind: 'bench',
  name: 'journey',
  summary:
    'browse, hold, order, pay, tickets, scan: latency, rate and CPU time of each step, by number of clients',
  options: {
    clients: wholeNumbers('clients at once', { fallback: [1, 8, 32], min: 1, max: 256 }),
    seconds: wholeNumber('length of each measured window', { fallback: 8, min: 1, max: 60 }),
    batch: wholeNumber("purchases taken apart for their steps' CPU time", {
      fallback: 100,
      min: 4,
      max: 2_000,
    }),
  },
  limitS: ({ clients, seconds, batch }) => SPARE_S + clients.length * (4 * seconds + 20 + batch),
  figures: journeyFigures,
  run: journey,
  complaint: (figures) => {
    const failed = Object.values(figures.levels).flatMap(({ errors }) => Object.entries(errors));
    if (failed.length === 0) return undefined;
    return `operations failed: ${failed.map(([kind, count]) => `${count} × ${kind}`).join(', ')}`;
  },
});

async function journey(stage: Stage, wishes: Wishes): Promise<JourneyFigures> {
  const house = await stage.house();
  const accounts = await Accounts.open(house);
  const addresses = sourceAddresses(Math.max(...wishes.clients));
  const graphs = addresses.map((address) => new GraphClient(house.url, address));
  const [first] = graphs;
  if (!first) throw new Error('there is no client');
  try {
    const season = await openSeason(first, accounts, stage.progress);
    const buyers = new AccountsInTurn(await accounts.mint(ACCOUNTS));
    const idle = await idleFigures(house, stage.signal);
    const base = {
      season,
      buyers,
      meter: new CpuMeter(house),
      progress: stage.progress,
      signal: stage.signal,
    };
    const levels = await stage.profiled(() =>
      measureLevels(
        graphs,
        { ...base, measuredMs: wishes.seconds * 1_000, batch: wishes.batch },
        wishes.clients,
      ),
    );
    if (!house.isPrivate) {
      const undone = await season.close();
      if (undone > 0) stage.progress.say(`${undone} orders are still being refunded`);
    }
    return { ...idle, levels };
  } finally {
    for (const graph of graphs) graph.close();
    const removed = await accounts.close();
    if (removed > 0) stage.progress.say(`${removed} minted accounts are removed`);
  }
}

async function measureLevels(
  graphs: readonly GraphClient[],
  setting: Omit<LevelSetting, 'graphs'>,
  clients: readonly number[],
): Promise<Record<string, LevelFigures>> {
  const levels: Record<string, LevelFigures> = {};
  for (const count of clients) {
    const level = await measureLevel({ ...setting, graphs: graphs.slice(0, count) });
    levels[`at${count}`] = level;
    setting.progress.say(
      `${count} clients: browse p95 ${level.browseMs?.p95} ms, purchase p95 ${level.purchaseMs?.p95} ms, ` +
        `${level.purchasesPerSecond} purchases/s at ${level.purchaseCpuMs} CPU ms`,
    );
  }
  return levels;
}

/** The machine at rest: what its engines answer in, and what the house spends by itself. */
async function idleFigures(house: House, signal: AbortSignal) {
  const end = cpuWindow(new CpuMeter(house));
  await sleep(IDLE_MS, undefined, { signal });
  const { total, byComponent }: CpuPerOperation = end().perOperation(IDLE_MS / 1_000);
  return {
    ...(await pingEngines(house)),
    idleCpuMsPerSecond: total,
    idleCpuMsPerSecondByComponent: byComponent,
  };
}
