import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock } from '#kernel';
import { AllowancesRepository } from '../../inventory/infrastructure/allowances.repository.ts';
import { InventoryRepository } from '../../inventory/infrastructure/inventory.repository.ts';
import { StockLoader } from '../../inventory/infrastructure/stock-loader.ts';
import { Stock } from '../../inventory/infrastructure/stock.ts';
import { SeatClaimsRepository } from '../../seats/infrastructure/seat-claims.repository.ts';
import { TicketsRepository } from '../../tickets/infrastructure/tickets.repository.ts';
import { cancel, type Order, type OrderStep, renewClaim, wasClaimed } from '../domain/order.ts';
import { finishRefunding, isPaidBack, refundsOf, requestRefunds } from '../domain/refunding.ts';

/** Undoes what was done for an order, before its last step says so. Every part of it changes nothing when repeated. */
@Injectable()
export class UndoOrder {
  constructor(
    private readonly tickets: TicketsRepository,
    private readonly inventories: InventoryRepository,
    private readonly allowances: AllowancesRepository,
    private readonly seatClaims: SeatClaimsRepository,
    private readonly stock: Stock,
    private readonly stockLoader: StockLoader,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Of an order that has no tickets: the claim, if there was one, and the reservation. */
  async cancel(order: Order): Promise<OrderStep | undefined> {
    return (await this.giveUnitsBack(order)) ? cancel(order) : this.tryAgain(order);
  }

  /** Of an order that may have tickets: they are void before any money moves, and the units are free after it has. */
  async refund(order: Order): Promise<OrderStep | undefined> {
    const voidReason = order.reason === 'EVENT_CANCELLED' ? 'EVENT_CANCELLED' : 'REFUNDED';
    if (!(await this.tickets.void(order.id, voidReason))) return undefined;
    if (refundsOf(order).some(({ status }) => status === 'PLANNED')) return requestRefunds(order);
    if (!isPaidBack(order)) return undefined;
    return (await this.giveUnitsBack(order)) ? finishRefunding(order) : this.tryAgain(order);
  }

  /** False when the inventory has not said that it is done. */
  private async giveUnitsBack(order: Order): Promise<boolean> {
    if (wasClaimed(order) && order.claimDeadline) {
      const request = { ...order, orderId: order.id, deadline: order.claimDeadline };
      if (!(await this.inventories.giveBack(request))) return false;
    }
    await this.allowances.lower(order);
    await this.seatClaims.giveBack(order);
    // A cancelled event sells nothing more: Redis need not know what is free.
    if (order.reason === 'EVENT_CANCELLED') return true;
    if (wasClaimed(order)) {
      // Redis has forgotten whose units these were: it counts again at the next touch.
      await this.stockLoader.invalidate([order.eventId]);
    } else {
      await this.stock.settle(order.holdId, 'RETURNED');
    }
    return true;
  }

  private tryAgain(order: Order): OrderStep | undefined {
    const now = this.clock.now();
    return order.claimDeadline && now > order.claimDeadline ? renewClaim(order, now) : undefined;
  }
}
