import { round } from '../../frame/percentiles.ts';
import type { Stage } from '../../frame/exercise.ts';
import type { Account } from '../../house/accounts.ts';
import { CpuMeter } from '../../house/cpu-meter.ts';
import type { House } from '../../house/house.ts';
import { cpuWindow } from '../../house/measured-cpu.ts';
import type { LoadProcess } from '../../load/load-process.ts';
import { targetOf } from '../../load/target.ts';
import { Tally } from '../../load/tally.ts';
import type { Pools } from '../../sale/box-office.ts';
import type { HoldingPlan } from '../../sale/holding.ts';
import type { PurchasesFigures } from './figures.ts';

const WARM_UP_MS = 5_000;
const ONE_UNIT: HoldingPlan = { quantity: 1 };

/** What every measurement of a run needs. */
export interface Market {
  readonly stage: Stage;
  readonly house: House;
  readonly load: LoadProcess;
  readonly buyers: readonly Account[];
  readonly direct: boolean;
  readonly seconds: number;
}

/** A window of purchases for each number of clients, by `at` and that number. */
export async function measureLevels(
  market: Market,
  pools: Pools,
  clients: readonly number[],
  wanted: HoldingPlan,
): Promise<Record<string, PurchasesFigures>> {
  const levels: Record<string, PurchasesFigures> = {};
  for (const count of clients)
    levels[`at${count}`] = await measurePurchases(market, pools, count, 'purchases', wanted);
  return levels;
}

/** One window of purchases by so many clients; `title` says in the progress what they buy. */
export async function measurePurchases(
  market: Market,
  pools: Pools,
  clients: number,
  title: string,
  wanted: HoldingPlan = ONE_UNIT,
): Promise<PurchasesFigures> {
  const load = { what: 'purchases', direct: market.direct, ...wanted } as const;
  const { tally, seconds, cpu } = await measure(market, pools, clients, load);
  const purchases = tally.count('purchase');
  const { total, byComponent } = cpu.perOperation(purchases);
  const purchaseMs = tally.percentiles('purchase');
  const { 'hold SEAT_TAKEN': seatTaken = 0, ...errors } = tally.errors;
  market.stage.progress.say(
    `${clients} clients, ${title}: ${round(purchases / seconds)}/s, p95 ${purchaseMs?.p95} ms, ${total} CPU ms each`,
  );
  return {
    purchases,
    purchasesPerSecond: round(purchases / seconds),
    cpuMsPerPurchase: total,
    cpuMsPerPurchaseByComponent: byComponent,
    othersCpuMsPerSecond: cpu.othersMsPerSecond,
    holdMs: tally.percentiles('hold'),
    orderMs: tally.percentiles('order'),
    payMs: tally.percentiles('pay'),
    purchaseMs,
    seatsMs: tally.percentiles('seats'),
    seatTaken,
    errors,
  };
}

/** Holds alone, straight at the service; they are left to expire. */
export async function measureHolds(market: Market, pools: Pools, clients: number) {
  const { tally, seconds, cpu } = await measure(market, pools, clients, {
    what: 'holds',
    direct: true,
    ...ONE_UNIT,
  });
  const holds = tally.count('hold');
  const holdsPerSecond = round(holds / seconds);
  market.stage.progress.say(`${clients} clients, holds straight at the service: ${holdsPerSecond}/s`);
  return {
    holdsPerSecond,
    directHoldMs: tally.percentiles('hold'),
    cpuMsPerHold: cpu.perOperation(holds).total,
    errors: tally.errors,
  };
}

async function measure(
  { stage, house, load, buyers: accounts, seconds }: Market,
  pools: Pools,
  clients: number,
  { direct, ...wanted }: HoldingPlan & { readonly what: 'purchases' | 'holds'; readonly direct: boolean },
) {
  const plan = { ...wanted, warmUpMs: WARM_UP_MS, measuredMs: seconds * 1_000, pools };
  const job = { kind: 'window', target: targetOf(house, direct), clients, accounts, plan } as const;
  const { record, metered: cpu } = await load.measure(
    job,
    () => cpuWindow(new CpuMeter(house), load.pid),
    stage.signal,
  );
  return { tally: Tally.from(record.tally), seconds: record.seconds, cpu };
}
