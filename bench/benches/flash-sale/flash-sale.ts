import { exercise, type Stage } from '../../frame/exercise.ts';
import { choice, flag, wholeNumber } from '../../frame/options.ts';
import { type Account, Accounts } from '../../house/accounts.ts';
import { CpuMeter } from '../../house/cpu-meter.ts';
import type { House } from '../../house/house.ts';
import { cpuWindow } from '../../house/measured-cpu.ts';
import { measureScript } from '../../house/script-speed.ts';
import { GraphClient } from '../../load/graph-client.ts';
import { LoadProcess } from '../../load/load-process.ts';
import { targetOf } from '../../load/target.ts';
import { Tally } from '../../load/tally.ts';
import { BoxOffice, type Pools } from '../../sale/box-office.ts';
import type { SeatPlan } from '../../sale/seat-choice.ts';
import { complaintOf, reckon } from '../reckoning.ts';
import { type HowToSeat, planToChooseFrom, refuseUnreadableMap, SEATING } from '../seating.ts';
import { figuresOf, type FlashSaleFigures, flashSaleFigures } from './figures.ts';

/** Of the clients: those that come back at once in the same name when they are refused. */
const BOT_SHARE = 0.1;
const SCRIPT_CONCURRENCY = 50;
const WARM_UP_CLIENTS = 32;
const WARM_UP_UNITS = 50_000;
/** Preparation and verification, and the pace below which a run is given up. */
const SPARE_S = 300;
const SLOWEST_PURCHASES_PER_SECOND = 5;
const SLOWEST_ATTEMPTS_PER_SECOND = 100;

interface Wishes {
  readonly attempts: number;
  readonly units: number;
  readonly clients: number;
  readonly pools: number;
  readonly quantity: number;
  readonly seats: HowToSeat | undefined;
  readonly warmUp: number;
  readonly direct: boolean;
}

export const flashSaleBench = exercise({
  kind: 'bench',
  name: 'flash-sale',
  summary:
    'a crowd that wants more than there is, with bots: what is sold, how fast, and that nothing is wrong',
  options: {
    attempts: wholeNumber('tries to hold', { fallback: 50_000, min: 1, max: 1_000_000 }),
    units: wholeNumber('units on sale', { fallback: 5_000, min: 1, max: 100_000 }),
    clients: wholeNumber('buyers at once', { fallback: 512, min: 1, max: 2_048 }),
    pools: wholeNumber('ticket types that the units are spread over', { fallback: 1, min: 1, max: 10 }),
    quantity: wholeNumber('units that each buyer wants', { fallback: 1, min: 1, max: 10 }),
    seats: choice('sell the seats of a plan, to buyers who take the best or choose from the map', SEATING),
    warmUp: wholeNumber('seconds of purchases of another event before it', {
      fallback: 10,
      min: 0,
      max: 120,
    }),
    direct: flag('straight at the services, past the gateway'),
  },
  limitS: ({ attempts, units, warmUp: seconds }) =>
    SPARE_S + seconds + units / SLOWEST_PURCHASES_PER_SECOND + attempts / SLOWEST_ATTEMPTS_PER_SECOND,
  figures: flashSaleFigures,
  run: flashSale,
  complaint: (figures) => {
    const wrong = complaintOf(figures);
    if (wrong !== undefined) return wrong;
    const gone = Object.entries(figures.givenUp);
    if (gone.length > 0) return `buyers with units came to no ticket: ${JSON.stringify(figures.givenUp)}`;
    if (figures.unsold > 0) return `${figures.unsold} units were refused to people and are not sold`;
    return figures.sold === 0 ? 'nothing was sold' : undefined;
  },
});

async function flashSale(stage: Stage, wishes: Wishes): Promise<FlashSaleFigures> {
  refuseUnreadableMap(wishes);
  const { progress } = stage;
  const house = await stage.house();
  const accounts = await Accounts.open(house);
  const graph = new GraphClient(house.url, undefined);
  const load = await LoadProcess.start();
  try {
    const office = await BoxOffice.open(graph, accounts, progress);
    const seated = wishes.seats !== undefined;
    const pools = await office.sell({ ...wishes, seated, name: 'Flash sale', maxPerAccount: 10 });
    const seatPlan = await planToChooseFrom(graph, pools[0], wishes);
    progress.say(`${wishes.units} units are on sale in ${pools.length} pools`);
    const speed = await measureScript(house, SCRIPT_CONCURRENCY, progress);
    progress.say(`minting ${wishes.attempts} accounts`);
    const crowd = await accounts.mint(wishes.attempts);
    await warmUp(stage, house, load, office, wishes, crowd);
    const { record, metered } = await stage.profiled(() =>
      rush(stage, house, load, wishes, { pools, seatPlan }, crowd),
    );
    progress.say('the rush is over');
    const reckoning = await reckon(house, office, pools[0], progress);
    const cpu = metered.perOperation(Tally.from(record.tally).count('purchase'));
    const figures = figuresOf(record);
    const tooFew = (wishes.quantity - 1) * pools.length;
    return {
      ...reckoning,
      unsold: figures.refusalMs ? Math.max(0, wishes.units - reckoning.sold - tooFew) : 0,
      ...speed,
      cpuMsPerPurchase: cpu.total,
      cpuMsPerPurchaseByComponent: cpu.byComponent,
      othersCpuMsPerSecond: metered.othersMsPerSecond,
      ...figures,
    };
  } finally {
    load.close();
    graph.close();
    await accounts.close();
  }
}

/** A house that was just started has its code compiled and its connections opened by the first buyers. */
async function warmUp(
  stage: Stage,
  house: House,
  load: LoadProcess,
  office: BoxOffice,
  { warmUp: seconds, clients: wished, direct, quantity }: Wishes,
  accounts: readonly Account[],
): Promise<void> {
  if (seconds === 0) return;
  const rehearsal = {
    name: 'Rehearsal',
    units: WARM_UP_UNITS,
    pools: 1,
    seated: false,
    maxPerAccount: 1_000,
  };
  const pools = await office.sell(rehearsal);
  const clients = Math.min(wished, WARM_UP_CLIENTS);
  stage.progress.say(`${clients} clients warm the house up for ${seconds} s`);
  const plan = { what: 'purchases', warmUpMs: 0, measuredMs: seconds * 1_000, pools, quantity } as const;
  const job = { kind: 'window', target: targetOf(house, direct), clients, accounts, plan } as const;
  await load.measure(job, () => () => undefined, stage.signal);
}

function rush(
  stage: Stage,
  house: House,
  load: LoadProcess,
  { attempts, clients, quantity, direct, units }: Wishes,
  sale: { readonly pools: Pools; readonly seatPlan: SeatPlan | undefined },
  accounts: readonly Account[],
) {
  stage.progress.say(`${clients} clients rush for ${units} units`);
  const plan = { attempts, bots: Math.floor(clients * BOT_SHARE), quantity, ...sale };
  const job = { kind: 'rush', target: targetOf(house, direct), clients, accounts, plan } as const;
  return load.rush(job, () => cpuWindow(new CpuMeter(house), load.pid), stage.signal);
}
