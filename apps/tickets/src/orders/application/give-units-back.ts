import { Injectable } from '@nestjs/common';
import { EventCopiesRepository } from '../../events/infrastructure/event-copies.repository.ts';
import type { QuotedLine } from '../../inventory/domain/cart.ts';
import { AllowancesRepository } from '../../inventory/infrastructure/allowances.repository.ts';
import { orderedRecord } from '../../inventory/infrastructure/hold-record.ts';
import { InventoryRepository } from '../../inventory/infrastructure/inventory.repository.ts';
import { Stock } from '../../inventory/infrastructure/stock.ts';
import type { EventSeating } from '../../seats/domain/event-seating.ts';
import { SeatClaimsRepository } from '../../seats/infrastructure/seat-claims.repository.ts';
import { Seatings } from '../../seats/infrastructure/seatings.ts';
import type { Order } from '../domain/order.ts';

/** Claimed units of an order that are to be sold again. */
export interface UnitsBack {
  readonly lines: readonly QuotedLine[];
  /** 0 for an order's first return, which may be of all its units. */
  readonly index: number;
  /** None of the order's units is sold any more. */
  readonly endsOrder: boolean;
}

/**
 * Gives claimed units of an order back: to the pools, their seats, their buyer's allowance, and then to whoever wants
 * them. Every part changes nothing when it is repeated.
 */
@Injectable()
export class GiveUnitsBack {
  constructor(
    private readonly inventories: InventoryRepository,
    private readonly seatClaims: SeatClaimsRepository,
    private readonly allowances: AllowancesRepository,
    private readonly stock: Stock,
    private readonly events: EventCopiesRepository,
    private readonly seatings: Seatings,
  ) {}

  /** False when the inventory has not said that it is done. */
  async execute(order: Order, { lines, index, endsOrder }: UnitsBack): Promise<boolean> {
    if (!order.claimDeadline) throw new Error(`order ${order.id} has no time to give its units back in`);
    const { id: orderId, eventId, claimDeadline: deadline } = order;
    // A cancelled event sells nothing more: Redis need not know what is free.
    const isForSale = order.reason !== 'EVENT_CANCELLED';
    const load = isForSale ? await this.stock.loadInUse(eventId) : undefined;
    const returned = await this.inventories.giveBack({ eventId, orderId, lines, deadline, index, endsOrder });
    if (returned === 'UNDECIDED') return false;
    const back = { ...order, lines };
    await this.seatClaims.giveBack(back);
    await (endsOrder ? this.allowances.lower(back, index) : this.allowances.lowerPartly(back, index));
    // What another attempt had begun, the stock may know in part.
    if (isForSale) await this.restock(back, index, returned === 'RETURNED' ? load : undefined);
    return true;
  }

  private async restock(back: Order, index: number, load: string | undefined): Promise<void> {
    const { id: orderId, eventId, holdId } = back;
    const seating = await this.seatingOf(eventId);
    const units = orderedRecord({ ...back, orderId }, seating?.layout);
    await this.stock.restock({ eventId, holdId, index, load, seating: seating?.token, units });
  }

  private async seatingOf(eventId: string): Promise<EventSeating | undefined> {
    const event = await this.events.findRecent(eventId);
    return event && this.seatings.of(event);
  }
}
