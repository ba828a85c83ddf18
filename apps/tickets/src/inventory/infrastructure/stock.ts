import { Inject, Injectable } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { REDIS } from '#cache';
import { eventIdOfHold } from '../domain/hold.ts';
import { Generation } from './generation.ts';
import type { HoldRecord } from './hold-record.ts';
import { KnownShortages } from './known-shortages.ts';
import { LoadedStock } from './loaded-stock.ts';
import { readStocks, runStockScript, saleKey } from './stock-scripts.ts';

export interface Restocking {
  readonly eventId: string;
  /** The hold that the order was made from. */
  readonly holdId: string;
  /** Number of this return among the order's. */
  readonly index: number;
  /** What was in use before anything of the units was given back in MongoDB; undefined: not known. */
  readonly load: string | undefined;
  /** Token of the seating that names the seats among the units; undefined for an event that sells no seats. */
  readonly seating: string | undefined;
  readonly units: HoldRecord;
}

/** The seats of an event at one moment. */
export interface SeatReading {
  /** Rises with every change, and is never given twice. */
  readonly version: number;
  /** A letter for each seat of the plan; undefined when the version is the one that was known. */
  readonly letters: string | undefined;
  /** Token of the seating that the letters are of; empty without them. */
  readonly seating: string;
}

export type CutOutcome =
  { readonly outcome: 'TAKEN' } | { readonly outcome: 'COMMITTED'; readonly committed: number };

/**
 * The fast side of the inventory: free units, seats and prices of each event in Redis, which holds are taken from. What is
 * sold for good is decided by the inventory document in MongoDB.
 */
@Injectable()
export class Stock {
  constructor(
    @Inject(REDIS) private readonly redis: Redis,
    private readonly generation: Generation,
    private readonly loaded: LoadedStock,
    private readonly shortages: KnownShortages,
  ) {}

  /** Undefined when there is no such event, or it is being loaded all the time. */
  async readSeats(eventId: string, knownVersion: number): Promise<SeatReading | undefined> {
    const answer = await this.loaded.run('seats', eventId, [knownVersion]);
    if (answer?.[0] !== 'OK') return undefined;
    const [, version, letters, seating = ''] = answer;
    return {
      version: Number(version),
      letters: letters === undefined ? undefined : String(letters),
      seating: String(seating),
    };
  }

  /**
   * Ends an order's reservation: its units are sold for good, or free again. Repeating it changes nothing. ENDED: its time
   * was over before, and its units were free. NOT_KNOWN also while the stock is being built all the time.
   */
  async settle(holdId: string, outcome: 'SOLD' | 'RETURNED'): Promise<'SETTLED' | 'ENDED' | 'NOT_KNOWN'> {
    const answer = await this.loaded.runOnHold('settle', holdId, [holdId, outcome]);
    const eventId = eventIdOfHold(holdId);
    if (eventId && outcome === 'RETURNED') this.shortages.forget(eventId);
    if (answer[0] === 'OK') return 'SETTLED';
    return answer[0] === 'ENDED' ? 'ENDED' : 'NOT_KNOWN';
  }

  /** Names the building of the event's stock that is in use; undefined while none is. */
  async loadInUse(eventId: string): Promise<string | undefined> {
    const [generation, load] = await this.redis.hmget(saleKey(eventId), 'generation', 'load');
    return generation === (await this.generation.current()) ? (load ?? undefined) : undefined;
  }

  /** Units that an order had bought are free again, as MongoDB knows already. */
  async restock({ eventId, holdId, index, load, seating, units }: Restocking): Promise<void> {
    const back = [load ?? '', holdId, JSON.stringify(units), seating ?? '', index];
    await runStockScript(this.redis, 'restock', eventId, await this.generation.current(), back);
    this.shortages.forget(eventId);
  }

  async setPrice(eventId: string, ticketTypeId: string, amount: number, version: number): Promise<void> {
    // Not loaded is fine: loading reads the newest price.
    await runStockScript(this.redis, 'price', eventId, await this.generation.current(), [
      ticketTypeId,
      amount,
      version,
    ]);
  }

  /**
   * Takes the difference to a smaller capacity out of the free units. Units that are held, ordered or sold stay; if there
   * are more of them than the new capacity has, nothing changes and their number is given.
   */
  async cut(eventId: string, ticketTypeId: string, capacity: number): Promise<CutOutcome> {
    const [outcome, committed] = (await this.loaded.run('cut', eventId, [ticketTypeId, capacity])) ?? [
      'NOT_LOADED',
    ];
    switch (outcome) {
      case 'OK':
        return { outcome: 'TAKEN' };
      case 'COMMITTED':
        return { outcome: 'COMMITTED', committed: Number(committed) };
      default:
        throw new Error(`ticket type ${ticketTypeId} of event ${eventId} cannot be cut now: ${outcome}`);
    }
  }

  /**
   * Free units by ticket type of many events, in one round trip. An event whose stock is not loaded (nobody has touched
   * its sale yet) has no entry.
   */
  async readLoaded(eventIds: readonly string[]): Promise<Map<string, ReadonlyMap<string, number>>> {
    const answers = await readStocks(this.redis, eventIds, await this.generation.current());
    const loaded = new Map<string, ReadonlyMap<string, number>>();
    for (const [eventId, [outcome, ...pairs]] of answers) {
      if (outcome === 'OK') loaded.set(eventId, toFreeUnits(pairs));
    }
    return loaded;
  }
}

function toFreeUnits(pairs: readonly (string | number)[]): Map<string, number> {
  const free = new Map<string, number>();
  for (let i = 0; i < pairs.length; i += 2) free.set(String(pairs[i]), Number(pairs[i + 1]));
  return free;
}
