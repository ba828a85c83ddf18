import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import {
  CLOCK,
  type Clock,
  fail,
  IDS,
  type IdSource,
  type InvalidInput,
  NotFound,
  type NotSignedIn,
  ok,
  parseInput,
  RetryLater,
  type Result,
  WrongState,
} from '#kernel';
import { issuePaymentToken, requireViewer, type Viewer } from '#security';
import { TICKETS_CONFIG, type TicketsConfig } from '../../config.ts';
import { EventCopiesRepository } from '../../events/infrastructure/event-copies.repository.ts';
import { type HoldExpired, type LimitExceeded, SalesClosed } from '../../inventory/domain/failures.ts';
import type { Hold } from '../../inventory/domain/hold.ts';
import { Holds } from '../../inventory/infrastructure/holds.ts';
import { IdempotencyKeyReused, type Order } from '../domain/order.ts';
import { OrdersRepository } from '../infrastructure/orders.repository.ts';
import { AdvanceOrder } from './advance-order.ts';

const input = z.object({
  holdId: z.string().min(1).max(100),
  idempotencyKey: z.string().min(8).max(100),
});

/** Redis keeps an order's units this much longer than it may be paid: crashes in between heal by themselves. */
export const RESERVATION_MARGIN_MS = 5 * 60_000;

export interface PlacedOrder {
  readonly order: Order;
  /** Undefined for a free order. */
  readonly paymentToken: string | undefined;
}

type PlaceOrderFailure =
  | InvalidInput
  | NotSignedIn
  | NotFound
  | HoldExpired
  | LimitExceeded
  | SalesClosed
  | IdempotencyKeyReused
  | WrongState
  | RetryLater;

/** Turns a hold into an order that waits for its payment. The same key with the same hold gives the same order again. */
@Injectable()
export class PlaceOrder {
  constructor(
    private readonly orders: OrdersRepository,
    private readonly events: EventCopiesRepository,
    private readonly holds: Holds,
    private readonly advanceOrder: AdvanceOrder,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(IDS) private readonly ids: IdSource,
    @Inject(TICKETS_CONFIG) private readonly config: TicketsConfig,
  ) {}

  /** `visitorAccountId`: whom the viewer was before signing in, whose hold becomes theirs. */
  async execute(
    viewer: Viewer | undefined,
    raw: unknown,
    visitorAccountId?: string,
  ): Promise<Result<PlacedOrder, PlaceOrderFailure>> {
    const signedIn = requireViewer(viewer);
    if (!signedIn.ok) return signedIn;
    const parsed = parseInput(input, raw);
    if (!parsed.ok) return parsed;
    const buyer = signedIn.value;
    const { holdId, idempotencyKey } = parsed.value;

    // Asked first, though nearly always in vain: another hold under the same key must stay a hold.
    const before = await this.orders.findByKey(buyer.userId, idempotencyKey);
    if (before) return this.repeated(before, holdId);
    const adopted = await this.adopt(holdId, visitorAccountId, buyer.userId);
    if (!adopted.ok) return adopted;
    const payWithinMs = this.config.PAY_WITHIN_SECONDS * 1_000;
    const reserved = await this.holds.reserve(
      holdId,
      buyer.userId,
      this.ids.uuid(),
      payWithinMs + RESERVATION_MARGIN_MS,
    );
    if (!reserved.ok) return reserved;
    const event = await this.events.findRecent(reserved.value.eventId);
    if (!event) return fail(new NotFound('event', reserved.value.eventId));
    // A cancelled event reserves nothing. What was reserved a moment before it was cancelled is refused here, or else
    // cancelled with the event's other orders.
    if (event.status === 'CANCELLED') return fail(new SalesClosed(undefined, undefined));
    const order = this.orderOf(reserved.value, event.organizationId, buyer, idempotencyKey);
    if (!(await this.orders.add(order))) return this.lost(buyer.userId, holdId, idempotencyKey);
    await this.holds.count(reserved.value);
    if (order.total.amount > 0) return ok(this.placed(order));
    // A free order needs no payment: it goes on at once, as far as it gets; the sweep takes it from there.
    return ok(this.placed(await this.advanceOrder.goOn(order)));
  }

  /** A hold that is not the visitor's is left alone: it may be the buyer's already. */
  private async adopt(
    holdId: string,
    visitorAccountId: string | undefined,
    buyerId: string,
  ): Promise<Result<undefined, LimitExceeded | RetryLater>> {
    if (visitorAccountId === undefined) return ok(undefined);
    const adopted = await this.holds.adopt(holdId, visitorAccountId, buyerId);
    return adopted.ok || adopted.failure instanceof NotFound ? ok(undefined) : fail(adopted.failure);
  }

  private orderOf(
    hold: Hold & { orderId: string },
    organizationId: string,
    buyer: Viewer,
    idempotencyKey: string,
  ): Order {
    const placedAt = this.clock.now();
    const payBy = new Date(placedAt.getTime() + this.config.PAY_WITHIN_SECONDS * 1_000);
    return {
      id: hold.orderId,
      version: 1,
      state: 'AWAITING_PAYMENT',
      holdId: hold.id,
      idempotencyKey,
      eventId: hold.eventId,
      organizationId,
      buyerId: buyer.userId,
      buyerName: buyer.name,
      buyerEmail: buyer.email,
      channel: 'ONLINE',
      lines: hold.lines,
      total: hold.total,
      placedAt,
      payBy,
      reservedUntil: new Date(payBy.getTime() + RESERVATION_MARGIN_MS),
      driveAt: payBy,
    };
  }

  /** Another request with the same hold or the same key was faster. */
  private async lost(
    buyerId: string,
    holdId: string,
    idempotencyKey: string,
  ): Promise<Result<PlacedOrder, PlaceOrderFailure>> {
    const byKey = await this.orders.findByKey(buyerId, idempotencyKey);
    if (byKey) return this.repeated(byKey, holdId);
    return fail(
      new WrongState(
        'ORDERED',
        'This hold has become an order already, under another idempotency key: `myOrders` has it.',
      ),
    );
  }

  private repeated(order: Order, holdId: string): Result<PlacedOrder, IdempotencyKeyReused> {
    return (order.firstHoldId ?? order.holdId) === holdId
      ? ok(this.placed(order))
      : fail(new IdempotencyKeyReused());
  }

  private placed(order: Order): PlacedOrder {
    const { id: orderId, eventId, buyerId, total, payBy } = order;
    if (total.amount === 0) return { order, paymentToken: undefined };
    const claims = { orderId, eventId, buyerId, amount: total.amount, currency: total.currency, payBy };
    return { order, paymentToken: issuePaymentToken(this.config.PAYMENT_TOKEN_KEY, claims) };
  }
}
