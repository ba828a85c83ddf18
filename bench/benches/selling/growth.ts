import { seedSales } from '../../house/seeded-sales.ts';
import { throughAll } from '../../load/closed-loop.ts';
import type { GraphClient } from '../../load/graph-client.ts';
import { Tally } from '../../load/tally.ts';
import type { BoxOffice, Pools } from '../../sale/box-office.ts';
import { Visitor } from '../../sale/buyer.ts';
import type { EventOnSale } from '../../sale/season.ts';
import type { PurchasesFigures } from './figures.ts';
import { type Market, measurePurchases } from './measuring.ts';

/** At few clients, so that the time of one purchase says something. */
const CLIENTS = 8;
/** Left for the purchases that are measured. */
const FREE_UNITS = 20_000;
/** Of each past order. */
const UNITS_OF_ORDER = 2;
const UNITS_OF_EVENT = 2_000;
const OPENED_AT_ONCE = 4;

/** Whether a purchase costs more when more is sold already: an event for each number of units. */
export async function measureGrowth(
  market: Market,
  office: BoxOffice,
  graph: GraphClient,
  sold: readonly number[],
): Promise<Record<string, PurchasesFigures>> {
  const levels: Record<string, PurchasesFigures> = {};
  for (const units of sold.filter((wanted) => wanted > 0)) {
    const wish = { pools: 1, seated: false, maxPerAccount: 1_000 };
    const pools = await office.sell({ ...wish, name: `Sold ${units}`, units: units + FREE_UNITS });
    const orderId = await buyOne(market, graph, pools[0]);
    await seedSales(market.house, { orderId, eventId: pools[0].id }, units, market.stage.progress);
    levels[`at${units}`] = await measurePurchases(market, pools, CLIENTS, `${units} units sold before`);
  }
  return levels;
}

/** Whether a purchase costs more when it is of one among many events. */
export async function measureManyEvents(
  market: Market,
  office: BoxOffice,
  graph: GraphClient,
  events: number,
): Promise<PurchasesFigures | null> {
  if (events === 0) return null;
  market.stage.progress.say(`putting ${events} events on sale`);
  const names = Array.from({ length: events }, (_, index) => `Event ${index + 1}`);
  const wish = { units: UNITS_OF_EVENT, pools: 1, seated: false, maxPerAccount: 1_000 };
  const opened = await throughAll(OPENED_AT_ONCE, names, (name) => office.sell({ ...wish, name }));
  const [first, ...others] = opened.map(([pool]) => pool);
  if (!first) throw new Error('no event is on sale');
  // The first purchase of an event builds its stock, and opens its demand: that is not what more events cost.
  await throughAll(OPENED_AT_ONCE, [first, ...others], (pool) => buyOne(market, graph, pool));
  return measurePurchases(market, [first, ...others] satisfies Pools, CLIENTS, `${opened.length} events`);
}

/** The purchase whose copies the past is made of. */
async function buyOne({ buyers }: Market, graph: GraphClient, pool: EventOnSale): Promise<string> {
  const [buyer] = buyers;
  if (!buyer) throw new Error('there is no buyer');
  const visitor = new Visitor(graph, new Tally());
  const placed = await visitor.order(buyer, await visitor.hold(buyer, pool, UNITS_OF_ORDER));
  if ((await visitor.pay(buyer, placed)) === undefined) await visitor.awaitTicket(buyer, placed.order.id);
  return placed.order.id;
}
