import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { ticketsDemand } from '#contracts';
import { CLOCK, type Clock } from '#kernel';
import { FactFactory, FactProducer } from '#messaging';
import { LOGGER, type Logger } from '#observability';
import type { CartLine } from '../domain/cart.ts';

const FLUSH_EVERY_MS = 1_000;
/** Ticket types counted at once; more than that are refused demand of an attack, not of a sale. */
const MAX_COUNTED = 5_000;

interface Refusals {
  readonly eventId: string;
  refusals: number;
  units: number;
  readonly accounts: Set<string>;
}

/**
 * Refusals for want of units, told to pricing as counts per second and never one by one: a flash sale refuses thousands
 * of clicks a second. A count that is lost in a crash costs pricing a second of censored demand, and nobody a ticket.
 */
@Injectable()
export class RefusedDemand implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private counted = new Map<string, Refusals>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly facts: FactFactory,
    private readonly producer: FactProducer,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  count(eventId: string, { ticketTypeId, quantity }: CartLine, accountId: string): void {
    let refusals = this.counted.get(ticketTypeId);
    if (!refusals) {
      if (this.counted.size >= MAX_COUNTED) return;
      refusals = { eventId, refusals: 0, units: 0, accounts: new Set() };
      this.counted.set(ticketTypeId, refusals);
    }
    refusals.refusals++;
    refusals.units += quantity;
    refusals.accounts.add(accountId);
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.flush(), FLUSH_EVERY_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.flush();
  }

  private async flush(): Promise<void> {
    if (this.counted.size === 0) return;
    const counted = this.counted;
    this.counted = new Map();
    const second = this.clock.now().toISOString();
    const facts = [...counted].map(([ticketTypeId, { eventId, refusals, units, accounts }]) =>
      this.facts.create(
        ticketsDemand,
        'DemandRefused',
        { id: ticketTypeId, version: 0 },
        { eventId, ticketTypeId, refusals, units, accounts: accounts.size, second },
      ),
    );
    try {
      await this.producer.publish(facts);
    } catch (error) {
      this.logger.warn({ err: error, facts: facts.length }, 'counts of refused demand are lost');
    }
  }
}
