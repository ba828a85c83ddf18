import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import { CLOCK, type Clock, type InvalidInput, ok, parseInput, type Result } from '#kernel';
import { isSettled, type Order } from '../domain/order.ts';
import { OrdersRepository } from '../infrastructure/orders.repository.ts';
import { SettledOrders } from '../infrastructure/settled-orders.ts';

/** Shorter than the gateway waits for a service. */
const LONGEST_MS = 4_000;
/** How often an order is looked at that nothing is told of. */
const LOOK_EVERY_MS = 2_000;

const input = z.object({ withinMs: z.int().min(0).max(LONGEST_MS) });

/**
 * The order once it has its tickets or has ended; as it is by then, if that takes longer than the buyer wants to wait.
 * One request instead of one every few moments.
 */
@Injectable()
export class AwaitSettled {
  constructor(
    private readonly orders: OrdersRepository,
    private readonly settled: SettledOrders,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @param awaitsBuyer the buyer is to approve the payment, which takes longer than anybody waits here */
  async execute(
    orderId: string,
    raw: unknown,
    awaitsBuyer: boolean,
  ): Promise<Result<Order | undefined, InvalidInput>> {
    const parsed = parseInput(input, raw);
    if (!parsed.ok) return parsed;
    if (awaitsBuyer) return ok(await this.orders.find(orderId));
    const deadline = this.clock.now().getTime() + parsed.value.withinMs;
    // Watched before it is looked at, so that nothing is told in between.
    const watch = this.settled.watch(orderId);
    try {
      let order = await this.orders.find(orderId);
      for (;;) {
        const leftMs = deadline - this.clock.now().getTime();
        if (!order || isSettled(order) || !watch || leftMs <= 0) return ok(order);
        const told = await watch.next(Math.min(leftMs, LOOK_EVERY_MS));
        order = told ?? (await this.orders.find(orderId));
      }
    } finally {
      watch?.stop();
    }
  }
}
