import { round } from '../../frame/percentiles.ts';
import type { Progress } from '../../frame/progress.ts';
import type { Account } from '../../house/accounts.ts';
import type { CpuMeter } from '../../house/cpu-meter.ts';
import { type CpuPerOperation, cpuWindow } from '../../house/measured-cpu.ts';
import type { AccountsInTurn } from '../../load/accounts-in-turn.ts';
import { closedLoop, throughAll } from '../../load/closed-loop.ts';
import type { GraphClient } from '../../load/graph-client.ts';
import { Tally } from '../../load/tally.ts';
import { Visitor } from '../../sale/buyer.ts';
import { BARE, type PlacedOrder } from '../../sale/documents.ts';
import type { EventOnSale, Season } from '../../sale/season.ts';
import type { LevelFigures } from './figures.ts';

const WARM_UP_MS = 1_000;
/** Share of a window that the bare query gets: it is quick, and needs no long look. */
const BARE_SHARE = 0.4;

export interface LevelSetting {
  readonly graphs: readonly GraphClient[];
  readonly season: Season;
  readonly buyers: AccountsInTurn;
  readonly meter: CpuMeter;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  readonly measuredMs: number;
  /** Purchases whose steps are taken apart for their CPU time. */
  readonly batch: number;
}

/** The journey with as many clients as there are graph clients. */
export async function measureLevel(setting: LevelSetting): Promise<LevelFigures> {
  const { graphs, progress } = setting;
  const clients = graphs.length;
  progress.say(`${clients} clients: bare queries, then browsing`);
  const bare = await looped(setting, setting.measuredMs * BARE_SHARE, async (graph, tally) => {
    await tally.time('bareQuery', () => graph.ask(BARE, {}, undefined));
  });
  const browse = await looped(setting, setting.measuredMs, (graph, tally) =>
    new Visitor(graph, tally).browse(),
  );
  progress.say(`${clients} clients: purchases`);
  const purchase = await looped(setting, setting.measuredMs, async (graph, tally, client) => {
    await new Visitor(graph, tally).purchase(setting.buyers.take(), eventFor(setting.season, client));
  });
  progress.say(`${clients} clients: ${setting.batch} purchases step by step, and their scans`);
  const staged = await stepByStep(setting);
  return figuresOf(bare, browse, purchase, staged);
}

/** Of the bare queries, the browsing, the purchases, and those purchases that were taken apart. */
function figuresOf(bare: Looped, browse: Looped, purchase: Looped, staged: StepByStep): LevelFigures {
  const [bareCpu, browseCpu, purchaseCpu] = [
    bare.meter.perOperation(bare.tally.count('bareQuery')),
    browse.meter.perOperation(browse.tally.count('browse')),
    purchase.meter.perOperation(purchase.tally.count('purchase')),
  ];
  const bareQueryMs = bare.tally.percentiles('bareQuery');
  const browseMs = browse.tally.percentiles('browse');
  const purchaseMs = purchase.tally.percentiles('purchase');
  const purchases = purchase.tally.count('purchase');
  return {
    bareQueryMs,
    bareQueryCpuMs: bareCpu.total,
    browseMs,
    browsesPerSecond: round(browse.tally.count('browse') / browse.seconds),
    browseCpuMs: browseCpu.total,
    browseOthersCpuMsPerSecond: browse.meter.othersMsPerSecond,
    browseToBareRatio: ratio(browseMs?.p50, bareQueryMs?.p50),
    holdMs: purchase.tally.percentiles('hold'),
    orderMs: purchase.tally.percentiles('order'),
    payMs: purchase.tally.percentiles('pay'),
    purchaseMs,
    purchasesPerSecond: round(purchases / purchase.seconds),
    purchaseCpuMs: purchaseCpu.total,
    purchaseOthersCpuMsPerSecond: purchase.meter.othersMsPerSecond,
    pollsPerPurchase: round(purchase.tally.count('poll') / Math.max(1, purchases)),
    purchaseToBareRatio: ratio(purchaseMs?.p50, bareQueryMs?.p50),
    scanMs: staged.tally.percentiles('scan'),
    scansPerSecond: round(staged.tally.count('scan') / staged.scanSeconds),
    holdCpuMs: staged.cpu.hold.total,
    orderCpuMs: staged.cpu.order.total,
    payCpuMs: staged.cpu.pay.total,
    scanCpuMs: staged.cpu.scan.total,
    cpuMsByComponent: {
      bareQuery: bareCpu.byComponent,
      browse: browseCpu.byComponent,
      purchase: purchaseCpu.byComponent,
      hold: staged.cpu.hold.byComponent,
      order: staged.cpu.order.byComponent,
      pay: staged.cpu.pay.byComponent,
      scan: staged.cpu.scan.byComponent,
    },
    operations: {
      browses: browse.tally.count('browse'),
      purchases,
      scans: staged.tally.count('scan'),
    },
    errors: added([bare.tally, browse.tally, purchase.tally, staged.tally]),
  };
}

function looped(
  { graphs, meter, signal }: LevelSetting,
  measuredMs: number,
  iterate: (graph: GraphClient, tally: Tally, client: number) => Promise<void>,
) {
  const window = { clients: graphs.length, warmUpMs: WARM_UP_MS, measuredMs, signal };
  return closedLoop(
    window,
    (client, tally) => iterate(graphOf(graphs, client), tally, client),
    () => cpuWindow(meter),
  );
}

type Looped = Awaited<ReturnType<typeof looped>>;

interface Bought {
  readonly buyer: Account;
  readonly event: EventOnSale;
}

interface StepByStep {
  readonly tally: Tally;
  readonly scanSeconds: number;
  readonly cpu: Readonly<Record<'hold' | 'order' | 'pay' | 'scan', CpuPerOperation>>;
}

/**
 * All holds, then all orders, then all payments until their tickets are seen, then all scans, so that what the processes
 * spend in each window belongs to one step. Facts that one step still has under way count for the next.
 */
async function stepByStep(setting: LevelSetting): Promise<StepByStep> {
  const { graphs, season, buyers, meter, batch } = setting;
  const tally = new Tally();
  const visitor = (client: number): Visitor => new Visitor(graphOf(graphs, client), tally);
  const step = async <I, R>(
    items: readonly I[],
    work: (item: I, client: number) => Promise<R>,
  ): Promise<{ results: R[]; cpu: CpuPerOperation; seconds: number }> => {
    setting.signal.throwIfAborted();
    const end = cpuWindow(meter);
    const begunAt = performance.now();
    const results = await throughAll(graphs.length, items, work);
    const seconds = (performance.now() - begunAt) / 1_000;
    return { results, cpu: end().perOperation(results.length), seconds };
  };

  const wanted: Bought[] = Array.from({ length: batch }, (_, index) => ({
    buyer: buyers.take(),
    event: eventFor(season, index),
  }));
  const held = await step(wanted, async (one, client) => ({
    ...one,
    holdId: await visitor(client).hold(one.buyer, one.event),
  }));
  const ordered = await step(held.results, async (one, client) => ({
    ...one,
    placed: await visitor(client).order(one.buyer, one.holdId),
  }));
  const paid = await step(ordered.results, async (one, client) => {
    const ticketId = await payForTicket(visitor(client), one.buyer, one.placed);
    return { ...one, ticketId };
  });
  const shown = await throughAll(graphs.length, paid.results, async ({ buyer, event, ticketId }, client) => ({
    event,
    code: await visitor(client).codeOf(buyer, ticketId),
  }));
  const scanned = await step(shown, async ({ event, code }, client) => {
    await visitor(client).scan(season.organizer, event, code, `lane-${client + 1}`);
  });
  return {
    tally,
    scanSeconds: scanned.seconds,
    cpu: { hold: held.cpu, order: ordered.cpu, pay: paid.cpu, scan: scanned.cpu },
  };
}

async function payForTicket(visitor: Visitor, buyer: Account, placed: PlacedOrder): Promise<string> {
  return (await visitor.pay(buyer, placed)) ?? (await visitor.awaitTicket(buyer, placed.order.id));
}

/** Half of the clients buy at a fixed price, half at one that demand moves. */
function eventFor({ fixedPrice, demandPriced }: Season, index: number): EventOnSale {
  return index % 2 === 0 ? fixedPrice : demandPriced;
}

function graphOf(graphs: readonly GraphClient[], client: number): GraphClient {
  const graph = graphs[client];
  if (!graph) throw new Error(`there is no client ${client}`);
  return graph;
}

function ratio(value: number | undefined, to: number | undefined): number | null {
  return value === undefined || !to ? null : round(value / to);
}

function added(tallies: readonly Tally[]): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const { errors } of tallies)
    for (const [key, count] of Object.entries(errors)) sum[key] = (sum[key] ?? 0) + count;
  return sum;
}
