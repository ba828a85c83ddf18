import { setTimeout as sleep } from 'node:timers/promises';
import { randomIds } from '#kernel';
import type { Account } from '../../house/accounts.ts';
import type { AccountsInTurn } from '../../load/accounts-in-turn.ts';
import type { GraphClient } from '../../load/graph-client.ts';
import { persistently } from '../../load/persistence.ts';
import { LoadError, Tally } from '../../load/tally.ts';
import type { AcknowledgedOrders } from '../../sale/acknowledged-orders.ts';
import { type Acknowledgement, Visitor } from '../../sale/buyer.ts';
import { type PlacedOrder, REFUND_ORDER } from '../../sale/documents.ts';
import type { EventOnSale } from '../../sale/season.ts';

const POLL_MS = 100;
/** Then a buyer asks anew, or leaves when the round is over. */
const LOOK_AT_ORDER_MS = 2_000;
const PAUSE_AFTER_FAILURE_MS = 100;
/** A buyer does not give up sooner, unless the round is over. */
const PATIENCE_MS = 20_000;
/** Of the test provider: always declined. */
const BAD_CARD = '4000000000000002';
const MOST_UNITS = 3;

/** What people do, and how often among 100 visits. */
const VISITS = [
  ['buys', 50],
  ['buysWithASecondCard', 8],
  ['doesEverythingTwice', 12],
  ['givesTheOrderBack', 8],
  ['releases', 10],
  ['walksOff', 5],
  ['doesNotPay', 7],
] as const;
type Visit = (typeof VISITS)[number][0];

export interface CrowdSetting {
  readonly events: readonly [EventOnSale, ...EventOnSale[]];
  readonly buyers: AccountsInTurn;
  readonly organizer: Account;
  readonly random: () => number;
}

interface Person {
  readonly buyer: Account;
  readonly event: EventOnSale;
  readonly visitor: Visitor;
}

/** People who do everything that a sale allows, ask again when they get no answer, and remember what they were told. */
export class Crowd {
  readonly tally = new Tally();
  /** Answers that contradict earlier ones. */
  readonly contradictions: string[] = [];
  private isOver = false;
  /** When the first purchase that was begun after the harm had its ticket. */
  private recoveredAt: number | undefined;
  private harmedAt = Number.POSITIVE_INFINITY;

  constructor(
    private readonly setting: CrowdSetting,
    private readonly acknowledged: AcknowledgedOrders,
  ) {}

  /** Resolved when everybody has left, after `stop`. */
  async start(graphs: readonly GraphClient[]): Promise<void> {
    await Promise.all(
      graphs.map(async (graph) => {
        while (!this.isOver) if (!(await this.visit(graph))) await sleep(PAUSE_AFTER_FAILURE_MS);
      }),
    );
  }

  stop(): void {
    this.isOver = true;
  }

  /** Waits until a purchase that began after the harm has its ticket; undefined when none had by the deadline. */
  async untilItSells(harmedAt: number, deadline: number): Promise<number | undefined> {
    this.harmedAt = harmedAt;
    while (this.recoveredAt === undefined && performance.now() < deadline) await sleep(POLL_MS);
    return this.recoveredAt;
  }

  private async visit(graph: GraphClient): Promise<boolean> {
    const { events, buyers, random } = this.setting;
    const event = events[Math.floor(random() * events.length)] ?? events[0];
    const person = { buyer: buyers.take(), event, visitor: new Visitor(graph, this.tally, LOOK_AT_ORDER_MS) };
    try {
      await this[this.pickVisit()](person);
      return true;
    } catch (error) {
      if (!(error instanceof LoadError)) throw error;
      return false;
    }
  }

  private pickVisit(): Visit {
    let dice = this.setting.random() * 100;
    for (const [visit, share] of VISITS) {
      dice -= share;
      if (dice < 0) return visit;
    }
    return 'buys';
  }

  private async buys(person: Person): Promise<string> {
    const begunAt = performance.now();
    const placed = await this.orders(person);
    const ticketId = await this.pays(person, placed);
    if (begunAt > this.harmedAt) this.recoveredAt ??= performance.now();
    return ticketId;
  }

  private async buysWithASecondCard(person: Person): Promise<void> {
    const placed = await this.orders(person);
    const { buyer, visitor } = person;
    await this.persist(() => visitor.pay(buyer, placed, BAD_CARD)).then(
      () => this.contradictions.push(`order ${placed.order.id} was paid with a card that is always declined`),
      ignoreRefusal('PAYMENT_DECLINED'),
    );
    await this.pays(person, placed);
  }

  /** As an impatient person with two windows: the same order and the same payment, twice at once. */
  private async doesEverythingTwice(person: Person): Promise<void> {
    const holdId = await this.holds(person);
    const key = randomIds.uuid();
    const both = await Promise.all([this.orders(person, holdId, key), this.orders(person, holdId, key)]);
    const [placed, again] = both;
    if (placed.order.id !== again.order.id)
      this.contradictions.push(`key ${key} made the orders ${placed.order.id} and ${again.order.id}`);
    const paid = await Promise.allSettled([this.pays(person, placed), this.pays(person, placed)]);
    const failures = paid.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
    if (failures.length === paid.length) throw failures[0];
  }

  private async givesTheOrderBack(person: Person): Promise<void> {
    const { buyer, event, visitor } = person;
    const placed = await this.orders(person);
    const ticketId = await this.pays(person, placed);
    this.acknowledged.add({ placed, isPaid: true, ticketId, buyer, event, isAskedBack: true });
    const input = { id: placed.order.id, reason: 'cannot come' };
    await this.persist(() =>
      this.tally.time('refund', () => visitor.graph.ask(REFUND_ORDER, input, this.setting.organizer.token)),
    );
  }

  private async releases(person: Person): Promise<void> {
    const { buyer, visitor } = person;
    const holdId = await this.holds(person);
    await this.persist(() => visitor.release(buyer, holdId));
  }

  private async walksOff(person: Person): Promise<void> {
    await this.holds(person);
  }

  private async doesNotPay(person: Person): Promise<void> {
    await this.orders(person);
  }

  /** Not repeated: nothing says that a second hold is the same as one whose answer was lost. */
  private holds({ buyer, event, visitor }: Person): Promise<string> {
    return visitor.hold(buyer, event, 1 + Math.floor(this.setting.random() * MOST_UNITS));
  }

  private async orders(person: Person, heldId?: string, key = randomIds.uuid()): Promise<PlacedOrder> {
    const { buyer, visitor } = person;
    const holdId = heldId ?? (await this.holds(person));
    const placed = await this.persist(() => visitor.order(buyer, holdId, key));
    this.note(person, { placed, isPaid: false, ticketId: undefined });
    return placed;
  }

  private async pays(person: Person, placed: PlacedOrder): Promise<string> {
    const { buyer, visitor } = person;
    const settled = await this.persist(() => visitor.pay(buyer, placed));
    this.note(person, { placed, isPaid: true, ticketId: settled });
    if (settled !== undefined) return settled;
    const ticketId = await this.persist(() => visitor.awaitTicket(buyer, placed.order.id));
    this.note(person, { placed, isPaid: true, ticketId });
    return ticketId;
  }

  /** Two windows of one person may tell of the same order: what was said first stays said. */
  private note({ buyer, event }: Person, { placed, isPaid, ticketId }: Acknowledgement): void {
    const known = this.acknowledged.of(placed.order.id);
    this.acknowledged.add({
      placed,
      isPaid: isPaid || known?.isPaid === true,
      ticketId: ticketId ?? known?.ticketId,
      buyer,
      event,
    });
  }

  private persist<T>(ask: () => Promise<T>): Promise<T> {
    return persistently(ask, PATIENCE_MS, () => this.isOver);
  }
}

function ignoreRefusal(kind: string): (error: unknown) => void {
  return (error) => {
    if (!(error instanceof LoadError) || error.kind !== kind) throw error;
  };
}
