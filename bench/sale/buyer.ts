import { setTimeout as sleep } from 'node:timers/promises';
import { randomIds } from '#kernel';
import type { Account } from '../house/accounts.ts';
import type { Asker } from '../load/graph-client.ts';
import { LoadError, type Tally } from '../load/tally.ts';
import {
  BROWSE,
  EXTEND,
  FOLLOW_ORDER,
  type FollowedOrder,
  HOLD,
  PAY,
  PLACE_ORDER,
  type PlacedOrder,
  RELEASE,
  SCAN,
  SHOW_CODE,
} from './documents.ts';
import type { EventOnSale } from './season.ts';

/** Of the test provider: always accepted. */
export const GOOD_CARD = '4242424242424242';
/** Before a buyer's page asks again what became of the order; the question itself waits for that. */
const PAUSE_MS = 50;
const TICKETS_LIMIT_MS = 20_000;
const PAGE = 20;

/** States from which an order no longer comes to tickets. */
const ENDED = ['EXPIRED', 'CANCELLING', 'CANCELLED', 'REFUNDING', 'PARTIALLY_REFUNDED', 'REFUNDED'];

/** Units of a ticket type: so many, the best seats where it has seats, or the seats that are named. */
export type CartLine =
  | { readonly ticketTypeId: string; readonly quantity: number }
  | { readonly ticketTypeId: string; readonly seatIds: readonly string[] };

export interface Cart {
  readonly eventId: string;
  readonly lines: readonly CartLine[];
}

/** What the platform has answered for an order. */
export interface Acknowledgement {
  readonly placed: PlacedOrder;
  readonly isPaid: boolean;
  /** Of an order that was seen completed. */
  readonly ticketId: string | undefined;
}

/** A client of the load, and what one person does with it, step by step. @throws LoadError in each step. */
export class Visitor {
  constructor(
    readonly graph: Asker,
    private readonly tally: Tally,
    private readonly ticketsLimitMs = TICKETS_LIMIT_MS,
  ) {}

  async browse(): Promise<void> {
    await this.tally.time('browse', async () => {
      const { nodes } = await this.graph.ask(BROWSE, {}, undefined);
      const isWhole = nodes.length === PAGE && nodes.every(({ pricing }) => pricing !== null);
      if (!isWhole) throw new LoadError('INCOMPLETE_PAGE', `${nodes.length} events, not all priced`);
    });
  }

  hold(buyer: Account, event: EventOnSale, quantity = 1): Promise<string> {
    const lines = [{ ticketTypeId: event.ticketTypeId, quantity }];
    return this.holdCart(buyer, { eventId: event.id, lines });
  }

  holdCart(buyer: Account, cart: Cart): Promise<string> {
    return this.tally.time('hold', async () => {
      const { id } = await this.graph.ask(HOLD, { input: { ...cart } }, buyer.token);
      return id;
    });
  }

  /** Gives a hold more time, once. */
  async extend(buyer: Account, holdId: string): Promise<void> {
    await this.tally.time('extend', () => this.graph.ask(EXTEND, { id: holdId }, buyer.token));
  }

  /** Who asks again with the same key gets the same order. */
  order(buyer: Account, holdId: string, idempotencyKey: string = randomIds.uuid()): Promise<PlacedOrder> {
    const input = { holdId, idempotencyKey };
    return this.tally.time('order', () => this.graph.ask(PLACE_ORDER, { input }, buyer.token));
  }

  /** Gives a hold back. */
  async release(buyer: Account, holdId: string): Promise<void> {
    await this.tally.time('release', () => this.graph.ask(RELEASE, { id: holdId }, buyer.token));
  }

  /** Answers a ticket's id when it came with the payment's answer. */
  async pay(
    buyer: Account,
    { paymentToken }: PlacedOrder,
    method: string = GOOD_CARD,
  ): Promise<string | undefined> {
    const input = { paymentToken, method };
    const { order } = await this.tally.time('pay', () => this.graph.ask(PAY, { input }, buyer.token));
    return ticketOf(order.settled);
  }

  /** Asks until the order is completed, as a buyer's page would; answers a ticket's id. */
  async awaitTicket(buyer: Account, orderId: string): Promise<string> {
    const deadline = performance.now() + this.ticketsLimitMs;
    for (;;) {
      const askedAt = performance.now();
      const order = await this.graph.ask(FOLLOW_ORDER, { id: orderId }, buyer.token);
      this.tally.took('poll', performance.now() - askedAt);
      const ticketId = ticketOf(order?.settled);
      if (ticketId) return ticketId;
      const state = order?.settled?.state;
      if (state && ENDED.includes(state)) throw new LoadError(state, `order ${orderId}`);
      if (performance.now() > deadline)
        throw new LoadError('NO_TICKETS', `order ${orderId} is ${state} after ${this.ticketsLimitMs} ms`);
      await sleep(PAUSE_MS);
    }
  }

  /**
   * From hold to ticket. `acknowledged` is told of an order whenever the platform has answered for it. `hold` is how the
   * buyer comes to a hold: one unit, if it is not said.
   */
  async purchase(
    buyer: Account,
    event: EventOnSale,
    acknowledged: (order: Acknowledgement) => void = () => {},
    hold: () => Promise<string> = () => this.hold(buyer, event),
  ): Promise<string> {
    const startedAt = performance.now();
    const placed = await this.order(buyer, await hold());
    acknowledged({ placed, isPaid: false, ticketId: undefined });
    const settled = await this.pay(buyer, placed);
    acknowledged({ placed, isPaid: true, ticketId: undefined });
    const ticketId = settled ?? (await this.awaitTicket(buyer, placed.order.id));
    acknowledged({ placed, isPaid: true, ticketId });
    this.tally.took('purchase', performance.now() - startedAt);
    return ticketId;
  }

  /** The text of a ticket's QR code; not measured. */
  async codeOf(holder: Account, ticketId: string): Promise<string> {
    const ticket = await this.graph.ask(SHOW_CODE, { id: ticketId }, holder.token);
    if (!ticket?.qr) throw new LoadError('NO_CODE', `ticket ${ticketId} shows no code`);
    return ticket.qr.payload;
  }

  async scan(staff: Account, event: EventOnSale, payload: string, lane: string): Promise<void> {
    const input = { eventId: event.id, payload, lane, deviceId: `bench-${lane}`, nonce: randomIds.uuid() };
    await this.tally.time('scan', async () => {
      const { decision, reason } = await this.graph.ask(SCAN, { input }, staff.token);
      if (decision !== 'ADMITTED') throw new LoadError(reason, `a good ticket was ${decision}`);
    });
  }
}

function ticketOf(order: FollowedOrder | null | undefined): string | undefined {
  return order?.state === 'COMPLETED' ? order.tickets[0]?.id : undefined;
}
