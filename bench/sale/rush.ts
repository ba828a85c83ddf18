import { randomIds } from '#kernel';
import type { Account } from '../house/accounts.ts';
import type { AccountsInTurn } from '../load/accounts-in-turn.ts';
import type { Asker } from '../load/graph-client.ts';
import { persistently } from '../load/persistence.ts';
import { LoadError, Tally, type TallyRecord } from '../load/tally.ts';
import { Visitor } from './buyer.ts';
import { Holding, type HoldingPlan } from './holding.ts';
import type { EventOnSale } from './season.ts';

/** Who has units goes on trying to pay for them so long. */
const PURCHASE_LIMIT_MS = 120_000;

export interface RushPlan extends HoldingPlan {
  /** Tries to hold, those that bots repeat included. */
  readonly attempts: number;
  /** Clients that come back at once, in the same name, when they are refused. The others leave, and the next person comes. */
  readonly bots: number;
  /** Tried in turn. */
  readonly pools: readonly [EventOnSale, ...EventOnSale[]];
}

/** Times are of the process that made the rush, in milliseconds; undefined where there was none. */
export interface RushRecord {
  readonly tally: TallyRecord;
  readonly attempts: number;
  /** People who got their units and came to no ticket, by the last answer. */
  readonly givenUp: Record<string, number>;
  readonly firstHoldAt: number | undefined;
  readonly lastHoldAt: number | undefined;
  readonly firstRefusalAt: number | undefined;
  readonly lastRefusalAt: number | undefined;
  readonly lastTicketAt: number | undefined;
}

/** A crowd that wants more than there is: who holds units pays for them, whoever finds none left is refused. */
export class Rush {
  private readonly tally = new Tally();
  private readonly givenUp: Record<string, number> = {};
  private attempts = 0;
  private firstHoldAt: number | undefined;
  private lastHoldAt: number | undefined;
  private firstRefusalAt: number | undefined;
  private lastRefusalAt: number | undefined;
  private lastTicketAt: number | undefined;

  constructor(
    private readonly clients: readonly Asker[],
    private readonly buyers: AccountsInTurn,
    private readonly plan: RushPlan,
  ) {}

  async run(): Promise<RushRecord> {
    await Promise.all(this.clients.map((client, index) => this.keepTrying(client, index < this.plan.bots)));
    const { attempts, givenUp, firstHoldAt, lastHoldAt, firstRefusalAt, lastRefusalAt, lastTicketAt } = this;
    const times = { firstHoldAt, lastHoldAt, firstRefusalAt, lastRefusalAt, lastTicketAt };
    return { tally: this.tally.toRecord(), attempts, givenUp, ...times };
  }

  private async keepTrying(client: Asker, isBot: boolean): Promise<void> {
    const visitor = new Visitor(client, this.tally);
    const holding = new Holding(visitor, this.tally, this.plan);
    let buyer = this.buyers.take();
    while (this.attempts < this.plan.attempts) {
      const pool = this.plan.pools[this.attempts % this.plan.pools.length] ?? this.plan.pools[0];
      const begunAt = performance.now();
      const holdId = await this.tryToHold(holding, buyer, pool, begunAt);
      if (holdId !== undefined) await this.buy(visitor, buyer, holdId, begunAt);
      if (holdId !== undefined || !isBot) buyer = this.buyers.take();
    }
  }

  private async tryToHold(
    holding: Holding,
    buyer: Account,
    pool: EventOnSale,
    begunAt: number,
  ): Promise<string | undefined> {
    this.firstHoldAt ??= begunAt;
    try {
      const holdId = await holding.hold(buyer, pool, () => this.countTry());
      this.lastHoldAt = performance.now();
      return holdId;
    } catch (error) {
      if (!(error instanceof LoadError)) throw error;
      if (error.kind === 'SOLD_OUT') {
        this.firstRefusalAt ??= begunAt;
        this.lastRefusalAt = performance.now();
        this.tally.took('refusal', this.lastRefusalAt - begunAt);
      }
      return undefined;
    }
  }

  /** Counts a try, of those that choose seats each. */
  private countTry(): void {
    if (this.attempts >= this.plan.attempts) throw new LoadError('RUSH_IS_OVER', 'all tries were made');
    this.attempts += 1;
  }

  private async buy(visitor: Visitor, buyer: Account, holdId: string, begunAt: number): Promise<void> {
    const key = randomIds.uuid();
    try {
      const placed = await persistently(() => visitor.order(buyer, holdId, key), PURCHASE_LIMIT_MS);
      const settled = await persistently(() => visitor.pay(buyer, placed), PURCHASE_LIMIT_MS);
      if (settled === undefined)
        await persistently(() => visitor.awaitTicket(buyer, placed.order.id), PURCHASE_LIMIT_MS);
      this.lastTicketAt = performance.now();
      this.tally.took('purchase', this.lastTicketAt - begunAt);
    } catch (error) {
      if (!(error instanceof LoadError)) throw error;
      this.givenUp[error.kind] = (this.givenUp[error.kind] ?? 0) + 1;
    }
  }
}
