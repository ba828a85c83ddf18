import { setTimeout as sleep } from 'node:timers/promises';
import type { GraphClient } from '../../load/graph-client.ts';
import { LoadError, Tally } from '../../load/tally.ts';
import type { AcknowledgedOrders } from '../../sale/acknowledged-orders.ts';
import { PERFORM } from './acts/perform.ts';
import { type Act, isPurchase, pickAct } from './acts/shares.ts';
import type { OrganizersAnswers } from './organizers-answers.ts';
import { type Market, type Memory, Visit } from './visit.ts';

const POLL_MS = 100;
const PAUSE_AFTER_FAILURE_MS = 100;

/** People who do everything that a sale allows, ask again when they get no answer, and remember what they were told. */
export class Crowd implements Memory {
  readonly tally = new Tally();
  readonly contradictions: string[] = [];
  /** How often each thing was done to its end. */
  readonly acts: Partial<Record<Act, number>> = {};
  private hasToLeave = false;
  /** When the first purchase that was begun after the harm had its ticket. */
  private recoveredAt: number | undefined;
  private harmedAt = Number.POSITIVE_INFINITY;

  constructor(
    private readonly market: Market,
    readonly acknowledged: AcknowledgedOrders,
    readonly answers: OrganizersAnswers,
  ) {}

  /** Resolved when everybody has left, after `stop`. */
  async start(graphs: readonly GraphClient[]): Promise<void> {
    await Promise.all(
      graphs.map(async (graph) => {
        while (!this.hasToLeave) if (!(await this.visit(graph))) await sleep(PAUSE_AFTER_FAILURE_MS);
      }),
    );
  }

  stop(): void {
    this.hasToLeave = true;
  }

  isOver(): boolean {
    return this.hasToLeave;
  }

  /** Waits until a purchase that began after the harm has its ticket; undefined when none had by the deadline. */
  async untilItSells(harmedAt: number, deadline: number): Promise<number | undefined> {
    this.harmedAt = harmedAt;
    while (this.recoveredAt === undefined && performance.now() < deadline) await sleep(POLL_MS);
    return this.recoveredAt;
  }

  private async visit(graph: GraphClient): Promise<boolean> {
    const begunAt = performance.now();
    const act = pickAct(this.market.random());
    try {
      await PERFORM[act](new Visit(graph, this.market, this));
    } catch (error) {
      if (!(error instanceof LoadError)) throw error;
      return false;
    }
    this.acts[act] = (this.acts[act] ?? 0) + 1;
    if (isPurchase(act) && begunAt > this.harmedAt) this.recoveredAt ??= performance.now();
    return true;
  }
}
