import { Inject, Injectable } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { REDIS } from '#cache';
import { fail, NotFound, ok, RetryLater, type Result } from '#kernel';
import type { CartLine } from '../domain/cart.ts';
import { HoldExpired, LimitExceeded, PriceChanged, SalesClosed, SoldOut } from '../domain/failures.ts';
import { eventIdOfHold, type Hold } from '../domain/hold.ts';
import { Generation } from './generation.ts';
import { parseHold } from './hold-record.ts';
import {
  readStocks,
  registerStockScripts,
  runStockScript,
  type ScriptAnswer,
  type StockScript,
} from './stock-scripts.ts';
import { StockLoader } from './stock-loader.ts';
import { TouchedEvents } from './touched-events.ts';

export interface HoldRequest {
  readonly holdId: string;
  readonly eventId: string;
  readonly accountId: string;
  readonly lines: readonly CartLine[];
  readonly holdMs: number;
  readonly maxTotal?: { readonly amount: number; readonly currency: string };
  readonly correlationId: string;
}

/** A hold whose units stay taken for an order. */
export interface Reservation extends Hold {
  readonly orderId: string;
  /** Which building of the event's stock it stands in. */
  readonly load: string;
  /** As the scripts keep it. */
  readonly record: string;
}

export type HoldFailure = SoldOut | PriceChanged | LimitExceeded | SalesClosed | NotFound | RetryLater;

export type CutOutcome =
  { readonly outcome: 'TAKEN' } | { readonly outcome: 'COMMITTED'; readonly committed: number };

/** Another process is loading the event, or organizers change it just now. */
const LOAD_TRIES = 3;

/**
 * The fast side of the inventory: free units, holds and prices of each event in Redis, where one script decides about
 * a whole cart. What is sold for good is decided by the inventory document in MongoDB.
 */
@Injectable()
export class Stock {
  constructor(
    @Inject(REDIS) private readonly redis: Redis,
    private readonly generation: Generation,
    private readonly loader: StockLoader,
    private readonly touched: TouchedEvents,
  ) {
    registerStockScripts(redis);
  }

  async hold(request: HoldRequest): Promise<Result<Hold, HoldFailure>> {
    const { eventId, holdId } = request;
    const answer = await this.run('hold', eventId, [
      holdId,
      request.accountId,
      request.holdMs,
      JSON.stringify(request.lines),
      request.maxTotal?.amount ?? '',
      request.maxTotal?.currency ?? '',
      request.correlationId,
    ]);
    if (!answer) return fail(new NotFound('event', eventId));
    return toHoldResult(answer, eventId, holdId);
  }

  async release(holdId: string, accountId: string): Promise<Result<Hold, NotFound | RetryLater>> {
    return this.onHold('release', holdId, [holdId, accountId]);
  }

  /** The hold as it is now, whoever asks. */
  async find(holdId: string): Promise<Hold | undefined> {
    const found = await this.onHold('read', holdId, [holdId]);
    return found.ok ? found.value : undefined;
  }

  /** The hold's units stay taken, for an order. */
  async reserve(
    holdId: string,
    accountId: string,
    orderId: string,
    reservationMs: number,
  ): Promise<Result<Reservation, NotFound | HoldExpired | SalesClosed | RetryLater>> {
    const eventId = eventIdOfHold(holdId);
    const scriptArguments = [holdId, accountId, orderId, reservationMs];
    const answer = eventId ? await this.run('reserve', eventId, scriptArguments) : undefined;
    const reserved = toHold(answer, holdId, eventId);
    if (!reserved.ok) return reserved;
    const hold = reserved.value;
    if (hold.status === 'HELD') return fail(new SalesClosed(undefined, undefined));
    if (hold.status !== 'ORDERED' || !hold.orderId) return fail(new HoldExpired());
    const [, record = '', load = ''] = answer ?? [];
    return ok({ ...hold, orderId: hold.orderId, record: String(record), load: String(load) });
  }

  /**
   * The order of a reservation is written. Stock that was built in between (after a refund, a change of the event, or a
   * loss in Redis) knew nothing of it: there the reservation is put back.
   */
  async count({ id, eventId, load, record }: Reservation): Promise<void> {
    const generation = await this.generation.current();
    await runStockScript(this.redis, 'counted', eventId, generation, [load, id, record]);
  }

  /** Ends an order's reservation: its units are sold for good, or free again. Repeating it changes nothing. */
  async settle(holdId: string, outcome: 'SOLD' | 'RETURNED'): Promise<void> {
    const eventId = eventIdOfHold(holdId);
    if (eventId) await this.run('settle', eventId, [holdId, outcome]);
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
    const [outcome, committed] = (await this.run('cut', eventId, [ticketTypeId, capacity])) ?? ['NOT_LOADED'];
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

  private async onHold(
    script: StockScript,
    holdId: string,
    scriptArguments: readonly (string | number)[],
  ): Promise<Result<Hold, NotFound | RetryLater>> {
    const eventId = eventIdOfHold(holdId);
    const answer = eventId ? await this.run(script, eventId, scriptArguments) : undefined;
    return toHold(answer, holdId, eventId);
  }

  /** Runs a script, loading the event's stock first where that is missing. Undefined: there is no such event. */
  private async run(
    script: StockScript,
    eventId: string,
    scriptArguments: readonly (string | number)[],
  ): Promise<ScriptAnswer | undefined> {
    let answer: ScriptAnswer = ['NOT_LOADED'];
    for (let tries = 0; tries <= LOAD_TRIES; tries++) {
      answer = await runStockScript(
        this.redis,
        script,
        eventId,
        await this.generation.current(),
        scriptArguments,
      );
      if (answer[0] !== 'NOT_LOADED') {
        this.touched.note(eventId);
        return answer;
      }
      if (!(await this.loader.load(eventId))) return undefined;
    }
    return answer;
  }
}

function toFreeUnits(pairs: readonly (string | number)[]): Map<string, number> {
  const free = new Map<string, number>();
  for (let i = 0; i < pairs.length; i += 2) free.set(String(pairs[i]), Number(pairs[i + 1]));
  return free;
}

function toHold(
  answer: ScriptAnswer | undefined,
  holdId: string,
  eventId: string | undefined,
): Result<Hold, NotFound | RetryLater> {
  if (eventId === undefined || !answer || answer[0] === 'NOT_FOUND')
    return fail(new NotFound('hold', holdId));
  if (answer[0] === 'NOT_LOADED') return fail(new RetryLater('The event is being loaded.'));
  return ok(parseHold(holdId, eventId, String(answer[1])));
}

function toHoldResult(answer: ScriptAnswer, eventId: string, holdId: string): Result<Hold, HoldFailure> {
  const [outcome, first, second, third] = answer;
  switch (outcome) {
    case 'OK':
      return ok(parseHold(holdId, eventId, String(first)));
    case 'SOLD_OUT':
      return fail(new SoldOut(String(first), Number(second)));
    case 'PRICE_CHANGED':
      return fail(new PriceChanged({ amount: Number(first), currency: String(second) }));
    case 'LIMIT_EXCEEDED':
      return fail(
        new LimitExceeded(
          first === 'maxPerOrder' ? 'maxPerOrder' : 'maxPerAccount',
          Number(second),
          String(third) || undefined,
        ),
      );
    case 'SALES_CLOSED':
      return fail(
        new SalesClosed(new Date(Number(first)), new Date(Number(second)), String(third) || undefined),
      );
    case 'UNKNOWN_TICKET_TYPE':
      return fail(new NotFound('ticket type', String(first)));
    case 'NOT_LOADED':
      return fail(new RetryLater('The event is being loaded.'));
    default:
      throw new Error(`the hold script answered ${outcome}`);
  }
}
