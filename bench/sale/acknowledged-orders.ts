import { setTimeout as sleep } from 'node:timers/promises';
import { throughAll } from '../load/closed-loop.ts';
import type { GraphClient } from '../load/graph-client.ts';
import { ACCOUNT_FOR_ORDER } from './documents.ts';
import { type AcknowledgedOrder, type Cancellation, type Fate, fateOf } from './fate.ts';

export interface Reckoning {
  readonly acknowledgedOrders: number;
  readonly acknowledgedPayments: number;
  /** Orders that are not what was answered for them: those lost, and those that came to no end in time. */
  readonly acknowledgedLost: number;
  readonly completed: number;
  /** Paid orders that ended without tickets, their payment not taken or given back. */
  readonly givenBack: number;
  /** Why, by the order's id. */
  readonly lost: ReadonlyMap<string, string>;
  readonly unsettled: ReadonlyMap<string, string>;
}

const SETTLE_LIMIT_MS = 60_000;
const POLL_MS = 1_000;
const NOT_ASKED: Fate = { kind: 'UNSETTLED', why: 'nobody answers for it' };

/** Every order that the platform has answered for, to be asked for again when the dust has settled. */
export class AcknowledgedOrders {
  private readonly orders = new Map<string, AcknowledgedOrder>();

  /** `cancellationOf` an event: what was asked and answered of it. */
  constructor(
    orders: readonly AcknowledgedOrder[] = [],
    private readonly cancellationOf: (eventId: string) => Cancellation = () => 'NONE',
  ) {
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
    const fates = new Map<string, Fate>([...this.orders.keys()].map((id) => [id, NOT_ASKED]));
    const deadline = performance.now() + settleLimitMs;
    for (;;) {
      const open = [...fates].filter(([, { kind }]) => kind === 'UNSETTLED').map(([id]) => id);
      if (open.length === 0) break;
      await throughAll(graphs.length, open, async (orderId, client) => {
        const graph = graphs[client];
        const known = this.orders.get(orderId);
        if (!graph || !known) return;
        const order = await graph.ask(ACCOUNT_FOR_ORDER, { id: orderId }, known.buyer.token);
        fates.set(orderId, fateOf(order, known, this.cancellationOf(known.event.id)));
      });
      if (performance.now() > deadline) break;
      await sleep(POLL_MS, undefined, { signal });
    }
    return this.reckoningOf(fates);
  }

  private reckoningOf(fates: ReadonlyMap<string, Fate>): Reckoning {
    const count = (wanted: Fate['kind']): number =>
      [...fates.values()].filter(({ kind }) => kind === wanted).length;
    const whys = (wanted: 'LOST' | 'UNSETTLED'): Map<string, string> =>
      new Map([...fates].flatMap(([id, fate]) => (fate.kind === wanted ? [[id, fate.why] as const] : [])));
    return {
      acknowledgedOrders: this.orders.size,
      acknowledgedPayments: this.soFar().filter(({ isPaid }) => isPaid).length,
      acknowledgedLost: count('LOST') + count('UNSETTLED'),
      completed: count('COMPLETED'),
      givenBack: count('GIVEN_BACK'),
      lost: whys('LOST'),
      unsettled: whys('UNSETTLED'),
    };
  }
}
