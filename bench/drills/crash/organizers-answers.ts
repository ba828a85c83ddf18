import { setTimeout as sleep } from 'node:timers/promises';
import type { GraphClient } from '../../load/graph-client.ts';
import { persistently } from '../../load/persistence.ts';
import { LoadError } from '../../load/tally.ts';
import { CANCEL_EVENT, FOLLOW_CANCELLATION, LOOK_AT_CAPACITIES } from '../../sale/documents.ts';
import type { Cancellation } from '../../sale/fate.ts';
import type { EventOnSale } from '../../sale/season.ts';

const POLL_MS = 1_000;
/** Of one question, in the end: the house is up. */
const ANSWER_LIMIT_MS = 10_000;

/** What was asked by, and answered to, the organizer about whole events: cancellations, and capacities. */
export class OrganizersAnswers {
  private readonly cancellations = new Map<string, Exclude<Cancellation, 'NONE'>>();
  private readonly capacities = new Map<string, EventOnSale>();

  cancellationOf(eventId: string): Cancellation {
    return this.cancellations.get(eventId) ?? 'NONE';
  }

  capacityWasAsked(event: EventOnSale): void {
    this.capacities.set(event.ticketTypeId, event);
  }

  /** Asks until it is answered; whether it was, within the time. */
  async callOff(graph: GraphClient, id: string, token: string, limitMs: number): Promise<boolean> {
    this.cancellations.set(id, 'ASKED');
    try {
      await persistently(() => graph.ask(CANCEL_EVENT, { id }, token), limitMs);
      this.cancellations.set(id, 'ANSWERED');
      return true;
    } catch (error) {
      if (error instanceof LoadError) return false;
      throw error;
    }
  }

  /** What did not become true of all that was answered, after some time: why, by what it is about. */
  async unkept(
    graph: GraphClient,
    token: string,
    limitMs: number,
    signal: AbortSignal,
  ): Promise<Map<string, string>> {
    const deadline = performance.now() + limitMs;
    for (;;) {
      const wrong = await this.look(graph, token);
      if (wrong.size === 0 || performance.now() > deadline) return wrong;
      await sleep(POLL_MS, undefined, { signal });
    }
  }

  private async look(graph: GraphClient, token: string): Promise<Map<string, string>> {
    const wrong = new Map<string, string>();
    for (const [id, state] of this.cancellations) {
      if (state !== 'ANSWERED') continue;
      const ask = () => graph.ask(FOLLOW_CANCELLATION, { id }, token);
      const { cancellation } = (await persistently(ask, ANSWER_LIMIT_MS)) ?? {};
      const isOver =
        cancellation?.status === 'DONE' &&
        cancellation.cancelled + cancellation.refunded === cancellation.ordersTotal;
      if (!isOver) wrong.set(`event ${id}`, `is cancelled, and its end is ${JSON.stringify(cancellation)}`);
    }
    for (const [typeId, { id }] of this.capacities) {
      const found = await persistently(
        () => graph.ask(LOOK_AT_CAPACITIES, { id }, undefined),
        ANSWER_LIMIT_MS,
      );
      const type = found?.ticketTypes.find((one) => one.id === typeId);
      const change = type?.capacityChange;
      const isDecided =
        change?.status === 'REFUSED' || (change?.status === 'APPLIED' && change.requested === type?.capacity);
      // It may never have been asked for: all tries were made while events was away.
      if (change && !isDecided)
        wrong.set(`ticket type ${typeId}`, `was to have another capacity: ${JSON.stringify(type)}`);
    }
    return wrong;
  }
}
