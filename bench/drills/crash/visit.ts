import { randomIds } from '#kernel';
import type { Account } from '../../house/accounts.ts';
import type { AccountsInTurn } from '../../load/accounts-in-turn.ts';
import type { GraphClient } from '../../load/graph-client.ts';
import { persistently } from '../../load/persistence.ts';
import { LoadError, type Tally } from '../../load/tally.ts';
import type { AcknowledgedOrders } from '../../sale/acknowledged-orders.ts';
import type { Pools } from '../../sale/box-office.ts';
import { type Cart, GOOD_CARD, Visitor } from '../../sale/buyer.ts';
import { Desk } from '../../sale/desk.ts';
import type { PlacedOrder } from '../../sale/documents.ts';
import type { AcknowledgedOrder } from '../../sale/fate.ts';
import type { SeatPlan } from '../../sale/seat-choice.ts';
import type { EventOnSale } from '../../sale/season.ts';
import type { OrganizersAnswers } from './organizers-answers.ts';

/** Then a buyer asks anew, or leaves when the round is over. */
const LOOK_AT_ORDER_MS = 2_000;
/** A buyer does not give up sooner, unless the round is over. */
const PATIENCE_MS = 20_000;
const MOST_UNITS = 3;

export interface SeatedSale {
  readonly pools: Pools;
  readonly plan: SeatPlan;
}

/** What is on sale in a round, and who is there. Events that stand twice are bought from twice as often. */
export interface Market {
  readonly standing: readonly [Pools, ...Pools[]];
  readonly seated: readonly [SeatedSale, ...SeatedSale[]];
  /** Has enough for everybody, and stays on sale. */
  readonly lasting: Pools;
  /** Its capacities are changed. */
  readonly small: Pools;
  /** To be cancelled in this round. */
  readonly doomed: EventOnSale;
  readonly buyers: AccountsInTurn;
  readonly organizer: Account;
  readonly random: () => number;
}

/** What a crowd was told. */
export interface Memory {
  readonly tally: Tally;
  readonly acknowledged: AcknowledgedOrders;
  readonly answers: OrganizersAnswers;
  /** Answers that contradict earlier ones. */
  readonly contradictions: string[];
  isOver(): boolean;
}

/** A cart, and the event that it is of. */
export interface Wish {
  readonly cart: Cart;
  readonly event: EventOnSale;
}

export interface Ordered {
  readonly placed: PlacedOrder;
  readonly event: EventOnSale;
}

/** One visit of one person: each step is asked for until it is answered, and what was answered is remembered. */
export class Visit {
  readonly buyer: Account;
  readonly visitor: Visitor;
  readonly desk: Desk;

  constructor(
    readonly graph: GraphClient,
    readonly market: Market,
    readonly memory: Memory,
  ) {
    this.buyer = market.buyers.take();
    this.visitor = new Visitor(graph, memory.tally, LOOK_AT_ORDER_MS);
    this.desk = new Desk(graph, market.organizer, memory.tally);
  }

  /** Some units of a pool of some event. */
  someUnits(least = 1): Wish {
    return this.unitsOf(this.oneOf(this.oneOf(this.market.standing)), least);
  }

  unitsOf(event: EventOnSale, least = 1): Wish {
    const quantity = least + Math.floor(this.market.random() * (MOST_UNITS + 1 - least));
    return { event, cart: { eventId: event.id, lines: [{ ticketTypeId: event.ticketTypeId, quantity }] } };
  }

  oneOf<T>(choices: readonly [T, ...T[]]): T {
    return choices[Math.floor(this.market.random() * choices.length)] ?? choices[0];
  }

  /** Not repeated: nothing says that a second hold is the same as one whose answer was lost. */
  holds({ cart }: Wish): Promise<string> {
    return this.visitor.holdCart(this.buyer, cart);
  }

  /** Of units that are held. Who asks again with the same key gets the same order. */
  async orders(event: EventOnSale, holdId: string, key: string = randomIds.uuid()): Promise<Ordered> {
    const { buyer, visitor } = this;
    const placed = await this.persist(() => visitor.order(buyer, holdId, key));
    const ordered = { placed, event };
    this.note(ordered, {});
    return ordered;
  }

  async holdsAndOrders(wish: Wish): Promise<Ordered> {
    return this.orders(wish.event, await this.holds(wish));
  }

  async pays(ordered: Ordered, method = GOOD_CARD): Promise<string> {
    const { buyer, visitor } = this;
    const settled = await this.persist(() => visitor.pay(buyer, ordered.placed, method));
    this.note(ordered, { isPaid: true, ticketId: settled });
    return settled ?? this.comesToATicket(ordered);
  }

  /** Of an order that is paid. */
  async comesToATicket(ordered: Ordered): Promise<string> {
    const { buyer, visitor } = this;
    const ticketId = await this.persist(() => visitor.awaitTicket(buyer, ordered.placed.order.id));
    this.note(ordered, { isPaid: true, ticketId });
    return ticketId;
  }

  async buys(wish: Wish, method = GOOD_CARD): Promise<Ordered> {
    const ordered = await this.holdsAndOrders(wish);
    await this.pays(ordered, method);
    return ordered;
  }

  /** Two windows of one person may tell of the same order: what was said first stays said. */
  note(
    { placed, event }: Ordered,
    { ticketId, ...said }: Partial<Omit<AcknowledgedOrder, 'placed' | 'event'>>,
  ): void {
    const { acknowledged } = this.memory;
    const known = acknowledged.of(placed.order.id);
    const isPaid = said.isPaid === true || known?.isPaid === true;
    const nothing = { buyer: this.buyer, isPaid: false, ticketId: undefined };
    acknowledged.add({
      ...nothing,
      ...known,
      ...said,
      placed,
      event,
      isPaid,
      ticketId: ticketId ?? known?.ticketId,
    });
  }

  contradicts(text: string): void {
    this.memory.contradictions.push(text);
  }

  persist<T>(ask: () => Promise<T>): Promise<T> {
    return persistently(ask, PATIENCE_MS, () => this.memory.isOver());
  }
}

/** Takes a refusal that was to be expected. */
export function ignoring(kind: string): (error: unknown) => void {
  return (error) => {
    if (!(error instanceof LoadError) || error.kind !== kind) throw error;
  };
}
