import { Inject, Injectable } from '@nestjs/common';
import { Broadcast } from '#cache';
import { LOGGER, type Logger } from '#observability';
import type { Order } from '../domain/order.ts';

const CHANNEL = 'tickets:settled-orders';
/** Requests of this process that wait for their orders; whoever comes beyond it is answered at once. */
const MAX_WAITING = 20_000;

/** Undefined: the order may have settled, and is to be looked at. */
type Wake = (order?: Order) => void;

/**
 * Who waits for an order to settle. The instance that settles it gives it to those who wait there, and tells all others
 * over Redis, since the one who waits may be connected to any. What is told may get lost: whoever waits looks at the order
 * again now and then.
 */
@Injectable()
export class SettledOrders {
  private readonly waiting = new Map<string, Set<Wake>>();
  private waiters = 0;
  private listening: Promise<unknown> | undefined;

  constructor(
    private readonly broadcast: Broadcast,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Never fails: what is not told is found out by looking. */
  async tell(order: Order): Promise<void> {
    const { id: orderId } = order;
    this.wake(orderId, order);
    try {
      await this.broadcast.publish(CHANNEL, orderId);
    } catch (error) {
      this.logger.debug({ err: error, orderId }, 'nobody was told that the order has settled');
    }
  }

  /**
   * Watches an order until `stop` is called. `next(ms)` resolves when something was told of it since it was last called,
   * with the settled order if that is known, or after that time. Undefined when too many wait already.
   */
  watch(orderId: string): { next(ms: number): Promise<Order | undefined>; stop(): void } | undefined {
    if (this.waiters >= MAX_WAITING) return undefined;
    this.listen();
    let told = Promise.withResolvers<Order | undefined>();
    const wake: Wake = (order) => told.resolve(order);
    const others = this.waiting.get(orderId);
    if (others) others.add(wake);
    else this.waiting.set(orderId, new Set([wake]));
    this.waiters++;
    return {
      next: async (ms) => {
        const timer = setTimeout(wake, ms);
        const order = await told.promise;
        clearTimeout(timer);
        told = Promise.withResolvers();
        return order;
      },
      stop: () => this.forget(orderId, wake),
    };
  }

  private forget(orderId: string, wake: Wake): void {
    const all = this.waiting.get(orderId);
    if (!all?.delete(wake)) return;
    this.waiters--;
    if (all.size === 0) this.waiting.delete(orderId);
  }

  private listen(): void {
    this.listening ??= this.broadcast
      .subscribe(CHANNEL, (orderId) => this.wake(orderId))
      .catch((error: unknown) => {
        this.listening = undefined;
        this.logger.warn({ err: error }, 'settled orders cannot be listened to');
      });
  }

  private wake(orderId: string, order?: Order): void {
    for (const wake of this.waiting.get(orderId) ?? []) wake(order);
  }
}
