import { Inject, Injectable } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { REDIS } from '#cache';
import { fail, NotFound, ok, type RetryLater, type Result } from '#kernel';
import {
  AlreadyExtended,
  HoldExpired,
  type LimitExceeded,
  SalesClosed,
  SoldOut,
} from '../domain/failures.ts';
import type { Hold } from '../domain/hold.ts';
import { accountsOf, type Holder } from '../domain/holder.ts';
import { Generation } from './generation.ts';
import { toHold, toHoldResult, toLimitExceeded } from './hold-answers.ts';
import type { HoldFailure, HoldRequest } from './hold-request.ts';
import { KnownShortages } from './known-shortages.ts';
import { LoadedStock } from './loaded-stock.ts';
import { runStockScript, type ScriptAnswer, type StockScript } from './stock-scripts.ts';

/** A hold whose units stay taken for an order. */
export interface Reservation extends Hold {
  readonly orderId: string;
  /** Which building of the event's stock it stands in. */
  readonly load: string;
  /** As the scripts keep it. */
  readonly record: string;
}

/** The holds in Redis: each takes a whole cart or nothing, and ends once: ordered, released or expired. */
@Injectable()
export class Holds {
  constructor(
    @Inject(REDIS) private readonly redis: Redis,
    private readonly generation: Generation,
    private readonly loaded: LoadedStock,
    private readonly shortages: KnownShortages,
  ) {}

  /** Takes the units and seats of a whole cart or none, at the prices of this moment. */
  async take(request: HoldRequest): Promise<Result<Hold, HoldFailure>> {
    const { eventId, holdId } = request;
    const known = request.mayStand ? undefined : this.shortages.of(eventId, request.lines);
    if (known) return fail(known);
    const askedAtMs = this.shortages.moment();
    const answer = await this.loaded.run('hold', eventId, [
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
    const answer = await this.loaded.runOnHold('adopt', holdId, [holdId, visitorAccountId, accountId]);
    return answer[0] === 'LIMIT_EXCEEDED' ? fail(toLimitExceeded(answer)) : toHold(answer, holdId);
  }

  /** The hold as it is now, whoever asks. */
  async find(holdId: string): Promise<Hold | undefined> {
    const found = toHold(await this.loaded.runOnHold('read', holdId, [holdId]), holdId);
    return found.ok ? found.value : undefined;
  }

  /** The hold's units stay taken, for an order. */
  async reserve(
    holdId: string,
    accountId: string,
    orderId: string,
    reservationMs: number,
  ): Promise<Result<Reservation, NotFound | HoldExpired | SalesClosed | RetryLater>> {
    const answer = await this.loaded.runOnHold('reserve', holdId, [
      holdId,
      accountId,
      orderId,
      reservationMs,
    ]);
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

  /** Runs a script that takes a hold and its account, for the first account of the holder's that has the hold. */
  private async onHoldOf(
    holder: Holder,
    script: StockScript,
    holdId: string,
    scriptArguments: readonly (string | number)[],
  ): Promise<ScriptAnswer> {
    let answer: ScriptAnswer = ['NOT_FOUND'];
    for (const accountId of accountsOf(holder)) {
      answer = await this.loaded.runOnHold(script, holdId, [holdId, accountId, ...scriptArguments]);
      if (answer[0] !== 'NOT_FOUND') return answer;
    }
    return answer;
  }
}
