import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock } from '#kernel';
import { AllowancesRepository } from '../../inventory/infrastructure/allowances.repository.ts';
import { StockLoader } from '../../inventory/infrastructure/stock-loader.ts';
import { Stock } from '../../inventory/infrastructure/stock.ts';
import { SeatClaimsRepository } from '../../seats/infrastructure/seat-claims.repository.ts';
import { TicketsRepository } from '../../tickets/infrastructure/tickets.repository.ts';
import { cancel, type Order, type OrderStep, renewClaim, wasClaimed } from '../domain/order.ts';
import { finishRefunding, isPaidBack, refundsOf, requestRefunds } from '../domain/refunding.ts';
import { endsOrder, openReturns } from '../domain/returns.ts';
import { GiveUnitsBack } from './give-units-back.ts';

/** Undoes what was done for an order, before its last step says so. Every part of it changes nothing when repeated. */
@Injectable()
export class UndoOrder {
  constructor(
    private readonly tickets: TicketsRepository,
    private readonly giveUnitsBack: GiveUnitsBack,
    private readonly allowances: AllowancesRepository,
    private readonly seatClaims: SeatClaimsRepository,
    private readonly stock: Stock,
    private readonly stockLoader: StockLoader,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Of an order that has no tickets: the claim, if there was one, and the reservation. */
  async cancel(order: Order): Promise<OrderStep | undefined> {
    const all = { lines: order.lines, index: 0, endsOrder: true };
    const isDone = wasClaimed(order)
      ? await this.giveUnitsBack.execute(order, all)
      : await this.giveUp(order);
    return isDone ? cancel(order) : this.tryAgain(order);
  }

  /**
   * Of an order that may have tickets, those that are taken back: they are void before any money moves, and their units
   * are free after it has.
   */
  async refund(order: Order): Promise<OrderStep | undefined> {
    const voidReason = order.reason === 'EVENT_CANCELLED' ? 'EVENT_CANCELLED' : 'REFUNDED';
    const returns = openReturns(order);
    const ticketIds = returns.flatMap((one) => one.ticketIds);
    if (!(await this.tickets.void(order.id, ticketIds, voidReason))) return undefined;
    if (refundsOf(order).some(({ status }) => status === 'PLANNED')) return requestRefunds(order);
    if (!isPaidBack(order)) return undefined;
    for (const { lines, index } of returns) {
      const isDone = await this.giveUnitsBack.execute(order, {
        lines,
        index,
        endsOrder: endsOrder(order, index),
      });
      if (!isDone) return this.tryAgain(order);
    }
    return finishRefunding(order, this.clock.now());
  }

  /** Of an order that was not claimed. */
  private async giveUp(order: Order): Promise<true> {
    await this.allowances.lower(order);
    await this.seatClaims.giveBack(order);
    if (order.reason === 'EVENT_CANCELLED') return true;
    // Stock that was built since the order began to be undone took its allowance and seats for those of a purchase.
    const settled = await this.stock.settle(order.holdId, 'RETURNED');
    if (settled !== 'SETTLED') await this.stockLoader.invalidate([order.eventId]);
    return true;
  }

  private tryAgain(order: Order): OrderStep | undefined {
    const now = this.clock.now();
    return order.claimDeadline && now > order.claimDeadline ? renewClaim(order, now) : undefined;
  }
}
