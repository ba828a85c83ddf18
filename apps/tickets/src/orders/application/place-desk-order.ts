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
  type NotPermitted,
  type NotSignedIn,
  ok,
  oneLine,
  RetryLater,
  type Result,
} from '#kernel';
import { currentCorrelation } from '#observability';
import { type OrganizationTask, requireTask, type Viewer } from '#security';
import { EventCopiesRepository } from '../../events/infrastructure/event-copies.repository.ts';
import { TakeCart } from '../../inventory/application/take-cart.ts';
import type { WishedLine } from '../../inventory/domain/cart.ts';
import { SalesClosed } from '../../inventory/domain/failures.ts';
import { derivedHoldId, type Hold } from '../../inventory/domain/hold.ts';
import type { DeskChannel } from '../../inventory/infrastructure/hold-record.ts';
import type { HoldFailure } from '../../inventory/infrastructure/hold-request.ts';
import { Holds, type Reservation } from '../../inventory/infrastructure/holds.ts';
import { Stock } from '../../inventory/infrastructure/stock.ts';
import {
  after,
  type DoorPayment,
  DRIVE_AFTER_MS,
  IdempotencyKeyReused,
  type Order,
} from '../domain/order.ts';
import { OrdersRepository } from '../infrastructure/orders.repository.ts';
import { AdvanceOrder } from './advance-order.ts';

/** A claim takes seconds, or a few attempts of seconds; then Redis may have the units back. */
const RESERVATION_MS = 5 * 60_000;

const TASKS = {
  COMPLIMENTARY: 'ISSUE_COMPLIMENTARY',
  BOX_OFFICE: 'SELL_AT_DOOR',
} as const satisfies Record<DeskChannel, OrganizationTask>;

/** What members may write about an order, in characters. */
const MAX_NOTE = 200;
const MAX_NAME = 100;

export const deskInput = {
  holderName: oneLine(z.string().trim().min(1).max(MAX_NAME)),
  note: z
    .string()
    .trim()
    .max(MAX_NOTE)
    .nullish()
    .transform((note) => note || undefined),
  idempotencyKey: z.string().min(8).max(100),
};

export interface DeskRequest {
  readonly channel: DeskChannel;
  readonly eventId: string;
  readonly lines: readonly WishedLine[];
  readonly holder: { readonly name: string; readonly email?: string };
  readonly paidBy?: DoorPayment;
  readonly maxTotal?: { readonly amount: number; readonly currency: string };
  readonly note?: string;
  readonly idempotencyKey: string;
}

export type DeskFailure = HoldFailure | InvalidInput | NotSignedIn | NotPermitted | IdempotencyKeyReused;

/**
 * Issues an order from the organization's own desk: the same hold, reservation and claims as everybody's, with nobody's
 * purchase limit and no payment provider. The hold's id derives from the whole request, so that a repeat takes nothing
 * twice and finds its order, and another request under the same key is told from it.
 */
@Injectable()
export class PlaceDeskOrder {
  constructor(
    private readonly orders: OrdersRepository,
    private readonly events: EventCopiesRepository,
    private readonly takeCart: TakeCart,
    private readonly holds: Holds,
    private readonly stock: Stock,
    private readonly advanceOrder: AdvanceOrder,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(IDS) private readonly ids: IdSource,
  ) {}

  async execute(viewer: Viewer | undefined, request: DeskRequest): Promise<Result<Order, DeskFailure>> {
    const { eventId, channel, idempotencyKey } = request;
    const event = await this.events.find(eventId);
    if (!event) return fail(new NotFound('event', eventId));
    const allowed = requireTask(viewer, TASKS[channel], event.organizationId);
    if (!allowed.ok) return allowed;
    const member = allowed.value;
    const holdId = derivedHoldId(eventId, JSON.stringify([member.userId, request]));
    const before = await this.orders.findByKey(member.userId, idempotencyKey);
    if (before) return repeated(before, holdId);
    if (event.status === 'CANCELLED') return fail(new SalesClosed(undefined, undefined));
    const reserved = await this.reserve(member, holdId, request);
    if (!reserved.ok) return reserved;
    const order = this.orderOf(reserved.value, event.organizationId, member, request);
    if (!(await this.orders.add(order))) return this.lost(member, holdId, idempotencyKey);
    await this.holds.count(reserved.value);
    return ok(await this.advanceOrder.goOn(order));
  }

  private async reserve(
    { userId: accountId }: Viewer,
    holdId: string,
    { eventId, lines, maxTotal, channel }: DeskRequest,
  ): Promise<Result<Reservation, HoldFailure | InvalidInput>> {
    const correlationId = currentCorrelation()?.correlationId ?? holdId;
    const holdMs = RESERVATION_MS;
    const wanted = { holdId, eventId, accountId, lines, holdMs, maxTotal, correlationId, channel };
    const held = await this.takeCart.execute({ ...wanted, mayStand: true });
    if (!held.ok) return held;
    const reserved = await this.holds.reserve(holdId, accountId, this.ids.uuid(), RESERVATION_MS);
    if (reserved.ok) return reserved;
    const { failure } = reserved;
    return fail(
      failure instanceof SalesClosed ? failure : new RetryLater('The units could not be reserved just now.'),
    );
  }

  private orderOf(
    hold: Hold & { orderId: string },
    organizationId: string,
    member: Viewer,
    { channel, holder, paidBy, note, idempotencyKey }: DeskRequest,
  ): Order {
    const placedAt = this.clock.now();
    return {
      id: hold.orderId,
      version: 1,
      state: 'AWAITING_PAYMENT',
      holdId: hold.id,
      idempotencyKey,
      eventId: hold.eventId,
      organizationId,
      buyerId: member.userId,
      buyerName: holder.name,
      ...(holder.email === undefined ? {} : { buyerEmail: holder.email }),
      channel,
      ...(paidBy === undefined ? {} : { paidBy }),
      ...(note === undefined ? {} : { remark: note }),
      lines: hold.lines,
      total: hold.total,
      placedAt,
      payBy: placedAt,
      reservedUntil: after(placedAt, RESERVATION_MS),
      driveAt: after(placedAt, DRIVE_AFTER_MS),
    };
  }

  /** Another request with the same key was faster. */
  private async lost(
    { userId }: Viewer,
    holdId: string,
    idempotencyKey: string,
  ): Promise<Result<Order, IdempotencyKeyReused | RetryLater>> {
    const winner = await this.orders.findByKey(userId, idempotencyKey);
    if (!winner) return fail(new RetryLater('This order is being placed by another request.'));
    if (winner.holdId !== holdId) await this.stock.settle(holdId, 'RETURNED');
    return repeated(winner, holdId);
  }
}

function repeated(order: Order, holdId: string): Result<Order, IdempotencyKeyReused> {
  return order.holdId === holdId ? ok(order) : fail(new IdempotencyKeyReused());
}
