import { setTimeout as sleep } from 'node:timers/promises';
import { servicesOnOwnEngine } from '../../../operations/house/engines.ts';
import type { Manifest } from '../../../operations/backup/manifest.ts';
import { locking, pausing } from '../../../operations/backup/stillness.ts';
import { takeBackup } from '../../../operations/backup/take-backup.ts';
import type { Stage } from '../../frame/exercise.ts';
import type { Percentiles } from '../../frame/percentiles.ts';
import { type Account, Accounts } from '../../house/accounts.ts';
import type { House } from '../../house/house.ts';
import { asOperator, type Soundness, soundnessOf } from '../../house/operator.ts';
import { AccountsInTurn } from '../../load/accounts-in-turn.ts';
import { throughAll } from '../../load/closed-loop.ts';
import { GraphClient, sourceAddresses } from '../../load/graph-client.ts';
import { Tally } from '../../load/tally.ts';
import { AcknowledgedOrders } from '../../sale/acknowledged-orders.ts';
import type { AcknowledgedOrder } from '../../sale/fate.ts';
import { Visitor } from '../../sale/buyer.ts';
import { openSeason, type Season } from '../../sale/season.ts';
import { Purchasing } from '../purchasing.ts';

const ACCOUNTS = 2_000;
/** The load goes on after the backup: what is sold then must not find its way into it. */
const TAIL_MS = 2_000;
/** The longest that `npm run backup` allows. */
const STAND_STILL_LIMIT_MS = 25_000;

export interface Wishes {
  readonly clients: number;
  readonly seconds: number;
}

/** What is known of the first house when it is left behind. */
export interface Sold {
  readonly organizer: Account;
  readonly noted: readonly AcknowledgedOrder[];
  readonly manifest: Manifest;
  readonly backupMs: number;
  readonly purchases: number;
  readonly purchaseMs: Percentiles | null;
  readonly errors: Record<string, number>;
  readonly soundness: Soundness;
}

/** Sells, takes the backup meanwhile, and looks the house over when it is quiet. */
export async function sellAndBackUp(stage: Stage, folder: string, wishes: Wishes): Promise<Sold> {
  const house = await stage.house();
  const accounts = await Accounts.open(house);
  const graphs = sourceAddresses(wishes.clients).map((address) => new GraphClient(house.url, address));
  const [first] = graphs;
  if (!first) throw new Error('there is no client');
  try {
    const season = await openSeason(first, accounts, stage.progress);
    const buyers = new AccountsInTurn(await accounts.mint(ACCOUNTS));
    const acknowledged = new AcknowledgedOrders();
    await placeWithoutPaying(graphs, season, buyers, acknowledged);
    const purchasing = new Purchasing({
      events: [season.fixedPrice, season.demandPriced],
      buyers,
      acknowledged,
      browses: true,
    });
    stage.progress.say(`${wishes.clients} clients browse and buy`);
    const load = purchasing.start(graphs);
    const taken = await duringLoad(stage, wishes, () =>
      backUp(house, folder, acknowledged, stage.signal),
    ).finally(() => purchasing.stop());
    await load;
    stage.progress.say(
      `${taken.noted.length} orders were acknowledged before the backup; verifying the house`,
    );
    const soundness = await soundnessOf(house, stage.progress);
    if (!house.isPrivate) await season.close();
    const { completed: purchases, purchaseMs, errors } = purchasing;
    return { organizer: season.organizer, ...taken, purchases, purchaseMs, errors, soundness };
  } finally {
    for (const graph of graphs) graph.close();
    await accounts.close();
  }
}

/** An order for each client, of people who pay when the house is restored. */
async function placeWithoutPaying(
  graphs: readonly GraphClient[],
  { fixedPrice: event }: Season,
  buyers: AccountsInTurn,
  acknowledged: AcknowledgedOrders,
): Promise<void> {
  await throughAll(graphs.length, graphs, async (graph) => {
    const buyer = buyers.take();
    const visitor = new Visitor(graph, new Tally());
    const placed = await visitor.order(buyer, await visitor.hold(buyer, event));
    acknowledged.add({ placed, buyer, event, isPaid: false, ticketId: undefined });
  });
}

async function duringLoad<T>(
  { progress, signal }: Stage,
  { seconds }: Wishes,
  work: () => Promise<T>,
): Promise<T> {
  await sleep(seconds * 1_000, undefined, { signal });
  progress.say('taking a backup');
  const result = await work();
  await sleep(TAIL_MS, undefined, { signal });
  return result;
}

/** As `npm run backup` does; what was acknowledged is noted when writes are about to stand still. */
function backUp(
  house: House,
  folder: string,
  acknowledged: AcknowledgedOrders,
  signal: AbortSignal,
): Promise<Pick<Sold, 'manifest' | 'noted' | 'backupMs'>> {
  const services = servicesOnOwnEngine(house.recordFile);
  return asOperator(house, async (engines) => {
    const still =
      services.length > 0
        ? pausing(engines.mongo, services, { engineIsOurs: true })
        : locking(engines.mongo, engines.settings.MONGODB_URI);
    let noted: readonly AcknowledgedOrder[] = [];
    const startedAt = performance.now();
    const manifest = await takeBackup(engines, {
      folder,
      standStill: (limitMs) => {
        noted = acknowledged.soFar();
        return still(limitMs);
      },
      limitMs: STAND_STILL_LIMIT_MS,
      secretsFile: house.secretsFile(),
      signal,
    });
    return { manifest, noted, backupMs: Math.round(performance.now() - startedAt) };
  });
}
