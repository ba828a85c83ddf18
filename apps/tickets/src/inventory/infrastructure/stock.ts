import { Inject, Injectable } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { REDIS } from '#cache';
import { fail, InvalidInput, NotFound, ok, RetryLater, type Result } from '#kernel';
import { SeatingChanged, SeatTaken } from '../../seats/domain/failures.ts';
import type { PlacedSeat } from '../../seats/domain/seat.ts';
import type { CartLine } from '../domain/cart.ts';
import {
  AlreadyExtended,
  HoldExpired,
  type Limit,
  LimitExceeded,
  PriceChanged,
  SalesClosed,
  SoldOut,
} from '../domain/failures.ts';
import { eventIdOfHold, type Hold } from '../domain/hold.ts';
import { accountsOf, type Holder } from '../domain/holder.ts';
import { Generation } from './generation.ts';
import { type DeskChannel, type HoldRecord, parseHold } from './hold-record.ts';
import { KnownShortages } from './known-shortages.ts';
import {
  readStocks,
  registerStockScripts,
  runStockScript,
  saleKey,
  type ScriptAnswer,
  type StockScript,
} from './stock-scripts.ts';
import { StockLoader } from './stock-loader.ts';
import { TouchedEvents } from './touched-events.ts';

/** Units, and where they are seats, which: all of the event's seating that the request names. */
export interface ChosenLine extends CartLine {
  readonly seats?: readonly PlacedSeat[];
}

export interface HoldRequest {
  readonly holdId: string;
  readonly eventId: string;
  readonly accountId: string;
  readonly lines: readonly ChosenLine[];
  /** Token of the event's seating; undefined for an event that sells no seats. */
  readonly seating?: string;
  readonly holdMs: number;
  readonly maxTotal?: { readonly amount: number; readonly currency: string };
  readonly correlationId: string;
  /** Of a member's hold: no account's limits count, and COMPLIMENTARY costs nothing. */
  readonly channel?: DeskChannel;
}

/** A hold whose units stay taken for an order. */
export interface Reservation extends Hold {
  readonly orderId: string;
  /** Which building of the event's stock it stands in. */
  readonly load: string;
  /** As the scripts keep it. */
  readonly record: string;
}

export interface Restocking {
  readonly eventId: string;
  /** The hold that the order was made from. */
  readonly holdId: string;
  /** What was in use before anything of the units was given back in MongoDB; undefined: not known. */
  readonly load: string | undefined;
  /** Token of the seating that names the seats among the units; undefined for an event that sells no seats. */
  readonly seating: string | undefined;
  readonly units: HoldRecord;
}

export type HoldFailure =
  SoldOut | SeatTaken | PriceChanged | LimitExceeded | SalesClosed | NotFound | InvalidInput | RetryLater;

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

const limitName = z.enum<readonly Limit[]>([
  'maxPerOrder',
  'maxPerAccount',
  'holdsPerVisitor',
  'holdsPerAddress',
]);

/** Another process is loading the event, or organizers change it just now: it is waited for about a second. */
const LOAD_TRIES = 20;

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
    private readonly shortages: KnownShortages,
  ) {
    registerStockScripts(redis);
  }

  async hold(request: HoldRequest): Promise<Result<Hold, HoldFailure>> {
    const { eventId, holdId } = request;
    const known = this.shortages.of(eventId, request.lines);
    if (known) return fail(known);
    const askedAtMs = this.shortages.moment();
    const answer = await this.run('hold', eventId, [
      holdId,
      request.accountId,
      request.holdMs,
      JSON.stringify(request.lines),
      request.maxTotal?.amount ?? '',
      request.maxTotal?.currency ?? '',
      request.correlationId,
      request.channel ?? '',
      request.seating ?? '',
    ]);
    if (!answer) return fail(new NotFound('event', eventId));
    const result = toHoldResult(answer, request);
    if (!result.ok && result.failure instanceof SoldOut)
      this.shortages.note(eventId, result.failure, askedAtMs);
    return result;
  }

  /** Undefined when there is no such event, or it is being loaded all the time. */
  async readSeats(eventId: string, knownVersion: number): Promise<SeatReading | undefined> {
    const answer = await this.run('seats', eventId, [knownVersion]);
    if (answer?.[0] !== 'OK') return undefined;
    const [, version, letters, seating = ''] = answer;
    return {
      version: Number(version),
      letters: letters === undefined ? undefined : String(letters),
      seating: String(seating),
    };
  }

  async release(holdId: string, holder: Holder): Promise<Result<Hold, NotFound | RetryLater>> {
    const released = toHold(await this.onHoldOf(holder, 'release', holdId, []), holdId);
    if (released.ok) this.shortages.forget(released.value.eventId);
    return released;
  }

  /** Gives a hold more time, if it has not been given more before. */
  async extend(
    holdId: string,
    holder: Holder,
    moreMs: number,
  ): Promise<Result<Hold, NotFound | AlreadyExtended | RetryLater>> {
    const answer = await this.onHoldOf(holder, 'extend', holdId, [moreMs]);
    const [outcome, expiresAt] = answer;
    if (outcome === 'EXTENDED') return fail(new AlreadyExtended(new Date(Number(expiresAt))));
    return toHold(answer, holdId);
  }

  /** A visitor's hold becomes that of the account that the visitor has signed in to. NotFound: it is not the visitor's. */
  async adopt(
    holdId: string,
    visitorAccountId: string,
    accountId: string,
  ): Promise<Result<Hold, NotFound | LimitExceeded | RetryLater>> {
    const answer = await this.runOnHold('adopt', holdId, [holdId, visitorAccountId, accountId]);
    return answer[0] === 'LIMIT_EXCEEDED' ? fail(toLimitExceeded(answer)) : toHold(answer, holdId);
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
    const answer = await this.runOnHold('reserve', holdId, [holdId, accountId, orderId, reservationMs]);
    const reserved = toHold(answer, holdId);
    if (!reserved.ok) return reserved;
    const hold = reserved.value;
    if (hold.status === 'HELD') return fail(new SalesClosed(undefined, undefined));
    if (hold.status !== 'ORDERED' || !hold.orderId) return fail(new HoldExpired());
    const [, record = '', load = ''] = answer;
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

  /**
   * Ends an order's reservation: its units are sold for good, or free again. Repeating it changes nothing. False when the
   * stock knows of no reservation (any more).
   */
  async settle(holdId: string, outcome: 'SOLD' | 'RETURNED'): Promise<boolean> {
    const eventId = eventIdOfHold(holdId);
    if (!eventId) return false;
    const answer = await this.run('settle', eventId, [holdId, outcome]);
    if (outcome === 'RETURNED') this.shortages.forget(eventId);
    return answer?.[0] === 'OK';
  }

  /** Names the building of the event's stock that is in use; undefined while none is. */
  async loadInUse(eventId: string): Promise<string | undefined> {
    const [generation, load] = await this.redis.hmget(saleKey(eventId), 'generation', 'load');
    return generation === (await this.generation.current()) ? (load ?? undefined) : undefined;
  }

  /** Units that an order had bought are free again, as MongoDB knows already. */
  async restock({ eventId, holdId, load, seating, units }: Restocking): Promise<void> {
    const back = [load ?? '', holdId, JSON.stringify(units), seating ?? ''];
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
    return toHold(await this.runOnHold(script, holdId, scriptArguments), holdId);
  }

  /** Runs a script that takes a hold and its account, for the first account of the holder's that has the hold. */
  private async onHoldOf(
    holder: Holder,
    script: StockScript,
    holdId: string,
    scriptArguments: readonly (string | number)[],
  ): Promise<ScriptAnswer> {
    let answer: ScriptAnswer = ['NOT_FOUND'];
    for (const accountId of accountsOf(holder)) {
      answer = await this.runOnHold(script, holdId, [holdId, accountId, ...scriptArguments]);
      if (answer[0] !== 'NOT_FOUND') return answer;
    }
    return answer;
  }

  private async runOnHold(
    script: StockScript,
    holdId: string,
    scriptArguments: readonly (string | number)[],
  ): Promise<ScriptAnswer> {
    const eventId = eventIdOfHold(holdId);
    const answer = eventId ? await this.run(script, eventId, scriptArguments) : undefined;
    return answer ?? ['NOT_FOUND'];
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
      this.shortages.forget(eventId);
    }
    return answer;
  }
}

/** Of a script that answers with the hold. */
function toHold([outcome, text]: ScriptAnswer, holdId: string): Result<Hold, NotFound | RetryLater> {
  const eventId = eventIdOfHold(holdId);
  if (!eventId || outcome === 'NOT_FOUND') return fail(new NotFound('hold', holdId));
  if (outcome === 'NOT_LOADED') return fail(new RetryLater('The event is being loaded.'));
  return ok(parseHold(holdId, eventId, String(text)));
}

function toLimitExceeded([, limit, max, ticketTypeId]: ScriptAnswer): LimitExceeded {
  return new LimitExceeded(limitName.parse(limit), Number(max), String(ticketTypeId) || undefined);
}

function toFreeUnits(pairs: readonly (string | number)[]): Map<string, number> {
  const free = new Map<string, number>();
  for (let i = 0; i < pairs.length; i += 2) free.set(String(pairs[i]), Number(pairs[i + 1]));
  return free;
}

function toHoldResult(
  answer: ScriptAnswer,
  { eventId, holdId, lines }: HoldRequest,
): Result<Hold, HoldFailure> {
  const [outcome, first, second, third] = answer;
  switch (outcome) {
    case 'OK':
      return ok(parseHold(holdId, eventId, String(first)));
    case 'SOLD_OUT':
      return fail(new SoldOut(String(first), Number(second)));
    case 'SEAT_TAKEN':
      return fail(new SeatTaken(seatIdsAt(lines, JSON.parse(String(first)))));
    case 'SEATING_CHANGED':
      return fail(new SeatingChanged());
    case 'PRICE_CHANGED':
      return fail(new PriceChanged({ amount: Number(first), currency: String(second) }));
    case 'LIMIT_EXCEEDED':
      return fail(toLimitExceeded(answer));
    case 'SALES_CLOSED':
      return fail(new SalesClosed(instantOf(first), instantOf(second), String(third) || undefined));
    case 'WRONG_CURRENCY':
      return fail(
        new InvalidInput('maxTotal.currency', `maxTotal.currency: the event sells in ${String(first)}`),
      );
    case 'UNKNOWN_TICKET_TYPE':
      return fail(new NotFound('ticket type', String(first)));
    case 'NOT_LOADED':
      return fail(new RetryLater('The event is being loaded.'));
    default:
      throw new Error(`the hold script answered ${outcome}`);
  }
}

function instantOf(text: string | number | undefined): Date | undefined {
  return text === undefined || text === '' ? undefined : new Date(Number(text));
}

function seatIdsAt(lines: readonly ChosenLine[], places: unknown): string[] {
  const lost = new Set(Array.isArray(places) ? places : []);
  const seats = lines.flatMap((line) => line.seats ?? []);
  return seats.filter(({ at }) => lost.has(at)).map(({ seatId }) => seatId);
}
