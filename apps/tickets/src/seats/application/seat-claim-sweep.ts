import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock } from '#kernel';
import { LOGGER, type Logger } from '#observability';
import { Sweep } from '#service';
import { StockLoader } from '../../inventory/infrastructure/stock-loader.ts';
import type { Order } from '../../orders/domain/order.ts';
import { returnsOf } from '../../orders/domain/returns.ts';
import { OrdersRepository } from '../../orders/infrastructure/orders.repository.ts';
import { SeatClaimsRepository, type UncheckedClaim } from '../infrastructure/seat-claims.repository.ts';

const SWEEP_EVERY_MS = 2_000;
const BATCH = 500;
/** What is left waits for the next sweep. */
const MAX_BATCHES = 10;

/**
 * Looks at every claim once, a while after it was made: whether its order holds it for good. A process that was stopped in
 * the middle of claiming may have claimed for an order that others have ended meanwhile, or have given seats of back.
 */
@Injectable()
export class SeatClaimSweep extends Sweep {
  constructor(
    private readonly claims: SeatClaimsRepository,
    private readonly orders: OrdersRepository,
    private readonly stockLoader: StockLoader,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) logger: Logger,
  ) {
    super({ everyMs: SWEEP_EVERY_MS, whenItFails: 'the sweep of seat claims failed; it goes on' }, logger);
  }

  protected async round(): Promise<void> {
    for (let batches = 0; batches < MAX_BATCHES; batches++) {
      const now = this.clock.now();
      const found = await this.claims.toBeChecked(now, BATCH);
      const orders = await this.orders.findMany([...new Set(found.map(({ orderId }) => orderId))]);
      const fated = (fate: ClaimFate): UncheckedClaim[] =>
        found.filter(({ orderId, seatId }) => fateOf(orders.get(orderId), seatId) === fate);
      const lost = fated('FORGET');
      await this.forget(lost);
      await this.claims.settle(fated('SETTLE'));
      await this.claims.checkLater(fated('LATER'), now);
      if (found.length < BATCH) return;
    }
  }

  /** Stock that was built meanwhile took the seats for sold. */
  private async forget(claims: readonly UncheckedClaim[]): Promise<void> {
    if (claims.length === 0) return;
    await this.claims.forget(claims);
    await this.stockLoader.invalidate([...new Set(claims.map(({ eventId }) => eventId))]);
    this.logger.warn({ claims }, 'seats of orders that have ended are free again');
  }
}

type ClaimFate = 'SETTLE' | 'LATER' | 'FORGET';

function fateOf(order: Order | undefined, seatId: string): ClaimFate {
  switch (order?.state) {
    case 'CONFIRMED':
    case 'ISSUING':
    case 'COMPLETED':
      return 'SETTLE';
    case 'PARTIALLY_REFUNDED':
      return hasGivenBack(order, seatId) ? 'FORGET' : 'SETTLE';
    case 'AWAITING_PAYMENT':
    case 'CLAIMING':
    case 'CANCELLING':
    case 'REFUNDING':
      return 'LATER';
    case 'EXPIRED':
    case 'CANCELLED':
    case 'REFUNDED':
    case undefined:
      return 'FORGET';
  }
}

/** Of an order none of whose returns is open. */
function hasGivenBack(order: Order, seatId: string): boolean {
  return returnsOf(order).some(({ lines }) =>
    lines.some(({ seats = [] }) => seats.some((seat) => seat.seatId === seatId)),
  );
}
