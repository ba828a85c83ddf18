import { setTimeout as sleep } from 'node:timers/promises';
import type { Account } from '../house/accounts.ts';
import { throughAll } from '../load/closed-loop.ts';
import type { GraphClient } from '../load/graph-client.ts';
import type { Acknowledgement } from './buyer.ts';
import { ACCOUNT_FOR_ORDER, type AccountedOrder } from './documents.ts';
import type { EventOnSale } from './season.ts';

/** An order, and the most that the platform has answered for it. */
export interface AcknowledgedOrder extends Acknowledgement {
  readonly buyer: Account;
  readonly event: EventOnSale;
  /** The organizer was asked to take it back, whether or not that was answered. */
  readonly isAskedBack?: boolean;
}

export interface Reckoning {
  readonly acknowledgedOrders: number;
  readonly acknowledgedPayments: number;
  /** Acknowledged orders that are gone, or were paid and have neither tickets nor their money back. */
  readonly acknowledgedLost: number;
  readonly completed: number;
  /** Paid orders that ended without tickets, their payment not taken or given back. */
  readonly givenBack: number;
  /** The ids of the lost ones, and of those that came to no end in time; both are counted as lost. */
  readonly lost: readonly string[];
  readonly unsettled: readonly string[];
}

type Fate = 'COMPLETED' | 'GIVEN_BACK' | 'UNPAID' | 'UNSETTLED' | 'LOST';

/** Ends of a payment in which the platform keeps no money. */
const NO_MONEY_KEPT = ['FAILED', 'VOIDED', 'REFUNDED'];
const SETTLE_LIMIT_MS = 60_000;
const POLL_MS = 1_000;

/** Every order that the platform has answered for, to be asked for again when the dust has settled. */
export class AcknowledgedOrders {
  private readonly orders = new Map<string, AcknowledgedOrder>();

  constructor(orders: readonly AcknowledgedOrder[] = []) {
    for (const order of orders) this.add(order);
  }

  /** Replaces what was acknowledged of it before. */
  add(order: AcknowledgedOrder): void {
    this.orders.set(order.placed.order.id, order);
  }

  of(orderId: string): AcknowledgedOrder | undefined {
    return this.orders.get(orderId);
  }

  /** As they are known at this moment; what is acknowledged later does not change them. */
  soFar(): readonly AcknowledgedOrder[] {
    return [...this.orders.values()];
  }

  /** Asks for each as its buyer would; what is still under way gets a minute to come to its end. */
  async reckon(
    graphs: readonly GraphClient[],
    signal: AbortSignal,
    settleLimitMs = SETTLE_LIMIT_MS,
  ): Promise<Reckoning> {
    const fates = new Map<string, Fate>();
    const deadline = performance.now() + settleLimitMs;
    let open = [...this.orders.keys()];
    while (open.length > 0) {
      await throughAll(graphs.length, open, async (orderId, client) => {
        const graph = graphs[client];
        const known = this.orders.get(orderId);
        if (!graph || !known) return;
        const order = await graph.ask(ACCOUNT_FOR_ORDER, { id: orderId }, known.buyer.token);
        fates.set(orderId, fateOf(order, known));
      });
      open = open.filter((orderId) => (fates.get(orderId) ?? 'UNSETTLED') === 'UNSETTLED');
      if (performance.now() > deadline) break;
      if (open.length > 0) await sleep(POLL_MS, undefined, { signal });
    }
    const withFate = (fate: Fate): string[] =>
      [...fates].filter(([, one]) => one === fate).map(([orderId]) => orderId);
    const lost = withFate('LOST');
    return {
      acknowledgedOrders: this.orders.size,
      acknowledgedPayments: [...this.orders.values()].filter(({ isPaid }) => isPaid).length,
      acknowledgedLost: lost.length + open.length,
      completed: withFate('COMPLETED').length,
      givenBack: withFate('GIVEN_BACK').length,
      lost,
      unsettled: open,
    };
  }
}

/** A ticket that its buyer has seen stays, unless it was asked to be taken back. */
export function fateOf(
  order: AccountedOrder | null,
  { isPaid, ticketId, isAskedBack = false }: Pick<AcknowledgedOrder, 'isPaid' | 'ticketId' | 'isAskedBack'>,
): Fate {
  if (!order) return 'LOST';
  if (order.state === 'COMPLETED') return order.tickets.length > 0 ? 'COMPLETED' : 'LOST';
  if (ticketId !== undefined && !isAskedBack) return 'LOST';
  if (!isPaid) return 'UNPAID';
  return order.payment && NO_MONEY_KEPT.includes(order.payment.state) ? 'GIVEN_BACK' : 'UNSETTLED';
}
