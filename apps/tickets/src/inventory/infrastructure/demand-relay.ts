import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { Redis } from 'ioredis';
import { v5 as uuidv5 } from 'uuid';
import { z } from 'zod';
import { REDIS } from '#cache';
import { ticketsDemand } from '#contracts';
import { FactProducer, type PendingFact } from '#messaging';
import { LOGGER, type Logger } from '#observability';
import { factsKey } from './stock-scripts.ts';
import { TouchedEvents } from './touched-events.ts';

const BATCH = 500;
const RELAY_EVERY_MS = 200;
const SWEEP_EVERY_MS = 5_000;
const MAX_SWEPT = 1_000;
const LEASE_MS = 10_000;
/** Namespace of the ids of facts that come from a stream entry: relaying one twice makes the same fact. */
const FACT_NAMESPACE = '8f4a3b52-6a0e-4f0e-9c55-0d6f6a3c1f1d';

const entryFields = z.object({
  type: z.enum(['HoldPlaced', 'HoldReleased', 'HoldExpired']),
  hold: z.string(),
  at: z.coerce.number(),
  body: z.string().transform((text): unknown => JSON.parse(text)),
});

const body = z.object({
  ticketTypeId: z.string(),
  quantity: z.int(),
  amount: z.int(),
  currency: z.string(),
  account: z.string(),
  correlation: z.string(),
});

/**
 * Brings demand facts from the events' Redis streams to Kafka: soon after a touch, and by a sweep over the events that
 * were touched lately for what a crash left behind. A lease keeps two relays from working on one event at once.
 */
@Injectable()
export class DemandRelay implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly pending = new Set<string>();
  private running: Promise<void> | undefined;
  private timers: NodeJS.Timeout[] = [];

  constructor(
    @Inject(REDIS) private readonly redis: Redis,
    private readonly producer: FactProducer,
    private readonly touched: TouchedEvents,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    touched.onTouch((eventId) => this.pending.add(eventId));
  }

  onApplicationBootstrap(): void {
    this.timers = [
      setInterval(() => this.start(), RELAY_EVERY_MS),
      setInterval(() => void this.sweep(), SWEEP_EVERY_MS),
    ];
  }

  async beforeApplicationShutdown(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    await this.running;
  }

  private async sweep(): Promise<void> {
    try {
      for (const eventId of await this.touched.list(MAX_SWEPT)) this.pending.add(eventId);
    } catch (error) {
      this.logger.warn({ err: error }, 'the demand sweep failed; it goes on');
    }
  }

  private start(): void {
    if (this.running || this.pending.size === 0) return;
    this.running = this.relayPending().finally(() => {
      this.running = undefined;
    });
  }

  private async relayPending(): Promise<void> {
    const eventIds = [...this.pending];
    this.pending.clear();
    for (const eventId of eventIds) {
      try {
        await this.relay(eventId);
      } catch (error) {
        this.pending.add(eventId);
        this.logger.warn({ err: error, eventId }, 'demand facts wait in Redis');
      }
    }
  }

  private async relay(eventId: string): Promise<void> {
    const stream = factsKey(eventId);
    const lease = `{event:${eventId}}:relay`;
    for (;;) {
      const entries = await this.redis.xrange(stream, '-', '+', 'COUNT', BATCH);
      if (entries.length === 0) return;
      if ((await this.redis.set(lease, '1', 'PX', LEASE_MS, 'NX')) === null) return;
      try {
        await this.producer.publish(entries.map(([id, fields]) => toFact(eventId, id, fields)));
        await this.redis.xdel(stream, ...entries.map(([id]) => id));
      } finally {
        await this.redis.del(lease);
      }
    }
  }
}

function toFact(eventId: string, entryId: string, fields: string[]): PendingFact {
  const pairs = Object.fromEntries(
    Array.from({ length: fields.length / 2 }, (_, i) => [fields[2 * i], fields[2 * i + 1]]),
  );
  const { type, hold, at, body: raw } = entryFields.parse(pairs);
  const { ticketTypeId, quantity, amount, currency, account, correlation } = body.parse(raw);
  return {
    topic: ticketsDemand.name,
    id: uuidv5(`${eventId}/${entryId}`, FACT_NAMESPACE),
    type,
    version: 1,
    occurredAt: new Date(at).toISOString(),
    aggregateId: ticketTypeId,
    aggregateVersion: 0,
    correlationId: correlation,
    causationId: hold,
    payload: {
      eventId,
      ticketTypeId,
      quantity,
      unitPrice: { amount, currency },
      holdId: hold,
      accountId: account,
    },
  };
}
