import { randomUUID } from 'node:crypto';
import { awaited } from '../checks.ts';
import type { Hold, OfferedTicketType, Order, Payment, PlacedOrder } from '../graph/answers.ts';
import { type Client, isRefused, Unexpected, unexpected } from '../graph/client.ts';
import {
  FOLLOW_ORDER,
  HOLD_TICKETS,
  LOOK_AT_OFFER,
  PAY,
  PLACE_ORDER,
  RELEASE_HOLD,
} from '../graph/operations.ts';
import { euros } from '../money.ts';
import type { Narrator } from '../terminal/narrator.ts';
import { approveAt } from './bank.ts';
import type { Purchase, Visit, WhyNot } from './ledger.ts';
import type { BuyerPlan } from './plan.ts';

/** Card numbers of the test payment provider. */
const GOOD_CARD = '4242424242424242';
const BAD_CARD = '4000000000000002';
const CHALLENGED_CARD = '4000002500003155';
/** Prices move and places go while one thinks: how often a buyer looks again before going home. */
const MAX_LOOKS = 4;
const COMPLETION_LIMIT_MS = 60_000;
const FOLLOW_EVERY_MS = 400;
const ENDED_WITHOUT_TICKETS = new Set(['EXPIRED', 'CANCELLING', 'CANCELLED', 'REFUNDING', 'REFUNDED']);

const LEAVES_WITHOUT: Readonly<Record<WhyNot, string>> = {
  SOLD_OUT: 'finds nothing left',
  TOO_DEAR: 'finds it too dear and leaves',
  SALES_CLOSED: 'comes too late',
};

export interface Wish {
  readonly eventId: string;
  /** The best of what is offered for this buyer, or why none will do. */
  choose(offered: readonly OfferedTicketType[]): Choice | WhyNot;
}

export interface Choice {
  readonly ticketType: OfferedTicketType;
  readonly quantity: number;
  /** The price for all of it that the buyer saw, in minor units. */
  readonly seenTotal: number;
}

interface Held {
  readonly hold: Hold;
  readonly choice: Choice;
}

/** One signed-in person's way from looking to holding tickets, or to leaving without. */
export class Buyer {
  constructor(
    readonly client: Client,
    private readonly plan: Pick<BuyerPlan, 'name' | 'conduct'>,
    private readonly narrator: Narrator,
  ) {}

  async visit(wish: Wish): Promise<Visit> {
    const held = await this.hold(wish);
    if (typeof held === 'string') {
      this.say(LEAVES_WITHOUT[held]);
      return { ending: 'DID_NOT_BUY', why: held };
    }
    switch (this.plan.conduct) {
      case 'RELEASES_HOLD':
        await this.client.succeed(RELEASE_HOLD, { id: held.hold.id });
        this.say(`holds ${describe(held)} and gives it back`);
        return { ending: 'RELEASED' };
      case 'LEAVES_HOLD':
        this.say(`holds ${describe(held)} and walks away`);
        return leftTaken(held, held.hold.expiresAt);
      case 'PAYS':
      case 'APPROVES_AT_BANK':
      case 'DECLINED_THEN_PAYS':
      case 'DECLINED_THEN_LEAVES':
        return this.order(held);
    }
  }

  /** Holds what the buyer chooses at no more than the price they saw; when that fails, looks again. */
  private async hold(wish: Wish): Promise<Held | WhyNot> {
    let why: WhyNot = 'SOLD_OUT';
    for (let looks = 0; looks < MAX_LOOKS; looks++) {
      const choice = wish.choose(await this.look(wish.eventId));
      if (typeof choice === 'string') return choice;
      const { ticketType, quantity, seenTotal } = choice;
      const currency = ticketType.price?.current.currency;
      const answer = await this.client.command(HOLD_TICKETS, {
        input: {
          eventId: wish.eventId,
          lines: [{ ticketTypeId: ticketType.id, quantity }],
          maxTotal: { amount: seenTotal, currency },
        },
      });
      if (!isRefused(answer)) return { hold: answer, choice };
      if (answer.code === 'SALES_CLOSED') return 'SALES_CLOSED';
      if (answer.code === 'PRICE_CHANGED') why = 'TOO_DEAR';
      else if (answer.code === 'SOLD_OUT') why = 'SOLD_OUT';
      else throw unexpected(answer);
    }
    return why;
  }

  private async look(eventId: string): Promise<readonly OfferedTicketType[]> {
    const offer = await this.client.ask(LOOK_AT_OFFER, { id: eventId });
    if (!offer) throw new Unexpected(`The event ${eventId} is not to be seen.`);
    return offer.ticketTypes;
  }

  private async order(held: Held): Promise<Visit> {
    const placed = await this.client.succeed(PLACE_ORDER, {
      input: { holdId: held.hold.id, idempotencyKey: randomUUID() },
    });
    const { conduct } = this.plan;
    const isDeclined = conduct === 'DECLINED_THEN_PAYS' || conduct === 'DECLINED_THEN_LEAVES';
    if (isDeclined) await this.beDeclined(placed);
    if (conduct === 'DECLINED_THEN_LEAVES') {
      this.say(`orders ${describe(held)}, is declined and walks away`);
      return leftTaken(held, placed.order.payBy);
    }
    const approvedAtBank = conduct === 'APPROVES_AT_BANK';
    if (approvedAtBank) await this.payByApproval(placed);
    else await this.pay(placed, GOOD_CARD);
    const order = await this.completion(placed.order.id);
    const how = isDeclined ? ', with the second card' : approvedAtBank ? ', approved at the bank' : '';
    this.say(`buys ${describe(held)}${how}`, 'green');
    return { ending: 'BOUGHT', purchase: { ...purchaseOf(held, order), approvedAtBank } };
  }

  private pay({ paymentToken }: PlacedOrder, method: string): Promise<Payment> {
    return this.client.succeed(PAY, { input: { paymentToken, method } });
  }

  /** The bank wants to hear the buyer first: until then the order waits, and nothing is charged. */
  private async payByApproval(placed: PlacedOrder): Promise<void> {
    const { state, nextAction } = await this.pay(placed, CHALLENGED_CARD);
    if (state !== 'REQUIRES_ACTION' || !nextAction?.url)
      throw new Unexpected(`A card that must be approved first made the payment ${state}.`);
    const waiting = await this.client.ask(FOLLOW_ORDER, { id: placed.order.id });
    if (waiting?.state !== 'AWAITING_PAYMENT')
      throw new Unexpected(`An order that waits for the bank is ${waiting?.state ?? 'not to be seen'}.`);
    await approveAt(nextAction.url);
  }

  private async beDeclined({ paymentToken }: PlacedOrder): Promise<void> {
    const answer = await this.client.command(PAY, { input: { paymentToken, method: BAD_CARD } });
    if (!isRefused(answer)) throw new Unexpected('A card that must be declined was accepted.');
    if (answer.code !== 'PAYMENT_DECLINED') throw unexpected(answer);
  }

  private completion(orderId: string): Promise<Order> {
    const ask = async (): Promise<Order | undefined> => {
      const order = await this.client.ask(FOLLOW_ORDER, { id: orderId });
      if (order && ENDED_WITHOUT_TICKETS.has(order.state)) {
        throw new Unexpected(`A paid order ended as ${order.state}: ${order.reason ?? 'no reason given'}.`);
      }
      return order?.state === 'COMPLETED' && order.payment?.state === 'CAPTURED' ? order : undefined;
    };
    return awaited(`order ${orderId} to be completed`, COMPLETION_LIMIT_MS, ask, FOLLOW_EVERY_MS);
  }

  private say(what: string, style?: 'green'): void {
    this.narrator.say(`${this.plan.name} ${what}`, style);
  }
}

function purchaseOf({ hold, choice }: Held, order: Order): Purchase {
  return {
    orderId: order.id,
    ticketTypeId: choice.ticketType.id,
    quantity: choice.quantity,
    quoted: hold.total.amount,
    charged: order.payment?.state === 'CAPTURED' ? order.payment.amount.amount : undefined,
    ticketIds: order.tickets.map(({ id }) => id),
  };
}

function leftTaken({ choice }: Held, until: string): Visit {
  return { ending: 'LEFT_UNITS_TAKEN', taken: { quantity: choice.quantity, until: new Date(until) } };
}

function describe({ hold, choice }: Held): string {
  return `${choice.quantity} × ${choice.ticketType.name} for ${euros(hold.total.amount)}`;
}
