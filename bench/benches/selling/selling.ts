import { exercise, type Stage } from '../../frame/exercise.ts';
import { choice, flag, wholeNumber, wholeNumbers } from '../../frame/options.ts';
import { Accounts } from '../../house/accounts.ts';
import { measureScript } from '../../house/script-speed.ts';
import { GraphClient } from '../../load/graph-client.ts';
import { LoadProcess } from '../../load/load-process.ts';
import { BoxOffice } from '../../sale/box-office.ts';
import { complaintOf, reckon } from '../reckoning.ts';
import { type HowToSeat, planToChooseFrom, refuseUnreadableMap, SEATING } from '../seating.ts';
import { type SellingFigures, sellingFigures } from './figures.ts';
import { measureGrowth, measureManyEvents } from './growth.ts';
import { type Market, measureHolds, measureLevels } from './measuring.ts';

/** More than a machine of two cores sells in a window; when they are used up they buy again. */
const ACCOUNTS = 5_000;
/** No run sells so many. */
const UNITS = 180_000;
const SCRIPT_CONCURRENCY = 50;
/** Preparation, verification, and what windows leave behind. */
const SPARE_S = 400;
const SPARE_OF_WINDOW_S = 60;
const SEEDED_PER_SECOND = 1_000;
/** Side by side. */
const CHOSEN_SEATS = 2;

export const sellingBench = exercise({
  kind: 'bench',
  name: 'selling',
  summary:
    'purchases by number of clients, of units sold before and of events; holds and the hold script alone',
  options: {
    clients: wholeNumbers('buyers at once', { fallback: [1, 8, 64, 128, 512], min: 1, max: 2_048 }),
    seconds: wholeNumber('length of each measured window', { fallback: 10, min: 1, max: 120 }),
    pools: wholeNumber('ticket types that are bought from', { fallback: 1, min: 1, max: 10 }),
    seats: choice(
      'sell the seats of a plan, to buyers who take the best or choose two from the map',
      SEATING,
    ),
    direct: flag('straight at the services, past the gateway'),
    holdClients: wholeNumber('clients that only hold, straight at the service', {
      fallback: 64,
      min: 1,
      max: 1_024,
    }),
    sold: wholeNumbers('units sold before, 0 for none; needs a private house', {
      fallback: [1_000, 10_000, 100_000],
      min: 0,
      max: 150_000,
    }),
    events: wholeNumber('events that purchases are spread over, 0 for none', {
      fallback: 200,
      min: 0,
      max: 5_000,
    }),
  },
  limitS: ({ clients, seconds, sold, events }) =>
    SPARE_S +
    (clients.length + sold.length + 2) * (seconds + SPARE_OF_WINDOW_S) +
    sold.reduce((sum, units) => sum + units, 0) / SEEDED_PER_SECOND +
    events,
  figures: sellingFigures,
  run: selling,
  complaint: complaintOf,
});

interface Wishes {
  readonly clients: readonly number[];
  readonly seconds: number;
  readonly pools: number;
  readonly seats: HowToSeat | undefined;
  readonly direct: boolean;
  readonly holdClients: number;
  readonly sold: readonly number[];
  readonly events: number;
}

async function selling(stage: Stage, wishes: Wishes): Promise<SellingFigures> {
  refuseUnreadableMap(wishes);
  const { progress } = stage;
  const house = await stage.house();
  const accounts = await Accounts.open(house);
  const graph = new GraphClient(house.url, undefined);
  const load = await LoadProcess.start();
  try {
    const office = await BoxOffice.open(graph, accounts, progress);
    const buyers = await accounts.mint(ACCOUNTS);
    const market: Market = { stage, house, load, buyers, direct: wishes.direct, seconds: wishes.seconds };
    const seated = wishes.seats !== undefined;
    const units = seated ? MOST_SEATS : UNITS;
    const pools = await office.sell({ ...wishes, seated, name: 'Selling', units, maxPerAccount: 1_000 });
    const seatPlan = await planToChooseFrom(graph, pools[0], wishes);
    const wanted = { quantity: seatPlan ? CHOSEN_SEATS : 1, seatPlan };
    const levels = await stage.profiled(() => measureLevels(market, pools, wishes.clients, wanted));
    const holds = await measureHolds(market, pools, wishes.holdClients);
    const speed = await measureScript(house, SCRIPT_CONCURRENCY, progress);
    const bySold = await measureGrowth(market, office, graph, wishes.sold);
    const manyEvents = await measureManyEvents(market, office, graph, wishes.events);
    const reckoning = await reckon(house, office, pools[0], progress);
    return { levels, ...holds, ...speed, bySold, manyEvents, ...reckoning };
  } finally {
    load.close();
    graph.close();
    await accounts.close();
  }
}

/** Of the largest arena that plans are generated for. */
const MOST_SEATS = 25_000;
