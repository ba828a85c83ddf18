import { setTimeout as sleep } from 'node:timers/promises';
import type { Percentiles } from '../frame/percentiles.ts';
import type { AccountsInTurn } from '../load/accounts-in-turn.ts';
import type { GraphClient } from '../load/graph-client.ts';
import { LoadError, Tally } from '../load/tally.ts';
import type { AcknowledgedOrders } from '../sale/acknowledged-orders.ts';
import { Visitor } from '../sale/buyer.ts';
import type { EventOnSale } from '../sale/season.ts';
import { secondsSince } from './rounds.ts';

/** After a kill a new purchase is begun so often, while not too many of those before it still wait for tickets. */
const PROBE_EVERY_MS = 250;
const MAX_PROBES = 8;
/** Slower than a page that shows nothing else: dozens who wait at once would keep a small machine from recovering. */
const PAUSE_AFTER_FAILURE_MS = 100;

export interface PurchaseRound {
  /** Null when no purchase begun after the kill had its ticket in time. */
  readonly recoveryS: number | null;
  readonly errors: Record<string, number>;
}

export interface PurchasingSetting {
  /** Bought from in turn. */
  readonly events: readonly [EventOnSale, ...EventOnSale[]];
  readonly buyers: AccountsInTurn;
  readonly acknowledged: AcknowledgedOrders;
  /** Everybody looks at the listing before buying. */
  readonly browses: boolean;
}

/** People who keep buying, whatever happens to the house. */
export class Purchasing {
  private tally = new Tally();
  private isOver = false;
  private begun = 0;
  private done = 0;

  constructor(private readonly setting: PurchasingSetting) {}

  get completed(): number {
    return this.done;
  }

  /** What the people met, by step and kind; of the last round, where there are rounds. */
  get errors(): Record<string, number> {
    return this.tally.errors;
  }

  get purchaseMs(): Percentiles | null {
    return this.tally.percentiles('purchase');
  }

  /** Resolved when everybody has left, after `stop`. */
  async start(graphs: readonly GraphClient[]): Promise<void> {
    await Promise.all(
      graphs.map(async (graph) => {
        while (!this.isOver) if (!(await this.buys(graph))) await sleep(PAUSE_AFTER_FAILURE_MS);
      }),
    );
  }

  stop(): void {
    this.isOver = true;
  }

  /** Begins purchase after purchase until one of them has its ticket. */
  async untilItWorks(graph: GraphClient, harmedAt: number, deadline: number): Promise<PurchaseRound> {
    this.tally = new Tally();
    let recoveredAt: number | undefined;
    let underWay = 0;
    const probe = async (): Promise<void> => {
      underWay += 1;
      if (await this.buys(graph)) recoveredAt ??= performance.now();
      underWay -= 1;
    };
    while (recoveredAt === undefined && performance.now() < deadline && !this.isOver) {
      // One that was in vain ends by the limits of its requests, now or in the next round.
      if (underWay < MAX_PROBES) void probe();
      await sleep(PROBE_EVERY_MS);
    }
    const { errors } = this.tally;
    return { recoveryS: recoveredAt === undefined ? null : secondsSince(harmedAt, recoveredAt), errors };
  }

  private async buys(graph: GraphClient): Promise<boolean> {
    const { events, buyers, acknowledged, browses } = this.setting;
    const buyer = buyers.take();
    const event = events[this.begun % events.length] ?? events[0];
    this.begun += 1;
    const visitor = new Visitor(graph, this.tally);
    try {
      if (browses) await visitor.browse();
      await visitor.purchase(buyer, event, (order) => acknowledged.add({ ...order, buyer, event }));
      this.done += 1;
      return true;
    } catch (error) {
      if (!(error instanceof LoadError)) throw error;
      return false;
    }
  }
}
