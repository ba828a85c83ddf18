import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock, type Failure } from '#kernel';
import { EventCopiesRepository } from '../../events/infrastructure/event-copies.repository.ts';
import { LimitExceeded, SalesClosed, SoldOut } from '../../inventory/domain/failures.ts';
import { TakeCart } from '../../inventory/application/take-cart.ts';
import { derivedHoldId } from '../../inventory/domain/hold.ts';
import { deskChannelOf } from '../../inventory/infrastructure/hold-record.ts';
import { StockLoader } from '../../inventory/infrastructure/stock-loader.ts';
import { Holds } from '../../inventory/infrastructure/holds.ts';
import { SeatTaken } from '../../seats/domain/failures.ts';
import { claimLate, type Order, type OrderStep, refuseLate } from '../domain/order.ts';

/** A claim takes seconds, or a few attempts of seconds; then Redis may have the units back. */
const RESERVATION_MS = 5 * 60_000;

/**
 * Of an order that was paid after it had expired: takes its units again by the script that everybody else's holds go
 * through, so never somebody else's. The price stays what its first hold quoted. The hold's id derives from the order:
 * however often and by how many processes this is tried, the units are taken once.
 */
@Injectable()
export class TakeUnitsAgain {
  constructor(
    private readonly takeCart: TakeCart,
    private readonly holds: Holds,
    private readonly stockLoader: StockLoader,
    private readonly events: EventCopiesRepository,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Undefined when nobody can say yet: the sweep asks again. */
  async execute(order: Order): Promise<OrderStep | undefined> {
    const { id: orderId, eventId, buyerId: accountId, lines } = order;
    const holdId = derivedHoldId(eventId, `late ${orderId}`);
    const held = await this.takeCart.execute({
      holdId,
      eventId,
      accountId,
      lines: lines.map(({ ticketTypeId, quantity, seats }) => ({
        ticketTypeId,
        quantity,
        accessible: false,
        ...(seats ? { seatIds: seats.map(({ seatId }) => seatId) } : {}),
      })),
      holdMs: RESERVATION_MS,
      correlationId: orderId,
      channel: deskChannelOf(order.channel),
      mayStand: true,
    });
    if (!held.ok) return this.refused(order, held.failure);
    const reserved = await this.holds.reserve(holdId, accountId, orderId, RESERVATION_MS);
    if (!reserved.ok) return this.refused(order, reserved.failure);
    const now = this.clock.now();
    return claimLate(order, { holdId, reservedUntil: new Date(now.getTime() + RESERVATION_MS) }, now);
  }

  /**
   * The order says now which hold has its units. Stock that was built since they were reserved may know of neither: then
   * whoever comes next builds it anew.
   */
  async keep({ id: orderId, eventId, buyerId, holdId }: Order): Promise<void> {
    const reserved = await this.holds.reserve(holdId, buyerId, orderId, RESERVATION_MS);
    if (!reserved.ok) await this.stockLoader.invalidate([eventId]);
  }

  private async refused(order: Order, failure: Failure): Promise<OrderStep | undefined> {
    if (failure instanceof SoldOut || failure instanceof SeatTaken) return refuseLate(order, 'UNITS_GONE');
    if (failure instanceof LimitExceeded) return refuseLate(order, 'LIMIT_EXCEEDED');
    if (!(failure instanceof SalesClosed)) return undefined;
    const event = await this.events.find(order.eventId);
    return refuseLate(order, event?.status === 'CANCELLED' ? 'EVENT_CANCELLED' : 'SALES_CLOSED');
  }
}
