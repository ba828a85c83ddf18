import { Inject, Injectable } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { REDIS } from '#cache';
import { eventIdOfHold } from '../domain/hold.ts';
import { Generation } from './generation.ts';
import { KnownShortages } from './known-shortages.ts';
import { StockLoader } from './stock-loader.ts';
import {
  registerStockScripts,
  runStockScript,
  type ScriptAnswer,
  type StockScript,
} from './stock-scripts.ts';
import { TouchedEvents } from './touched-events.ts';

/** Another process is loading the event, or organizers change it just now: it is waited for about a second. */
const LOAD_TRIES = 20;

/** Runs scripts on the stock of events, which is built first where nobody has touched it yet, or Redis has lost it. */
@Injectable()
export class LoadedStock {
  constructor(
    @Inject(REDIS) private readonly redis: Redis,
    private readonly generation: Generation,
    private readonly loader: StockLoader,
    private readonly touched: TouchedEvents,
    private readonly shortages: KnownShortages,
  ) {
    registerStockScripts(redis);
  }

  /** Undefined: there is no such event. `NOT_LOADED`: it is being loaded all the time. */
  async run(
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

  /** `NOT_FOUND` also when there is no such event. */
  async runOnHold(
    script: StockScript,
    holdId: string,
    scriptArguments: readonly (string | number)[],
  ): Promise<ScriptAnswer> {
    const eventId = eventIdOfHold(holdId);
    const answer = eventId ? await this.run(script, eventId, scriptArguments) : undefined;
    return answer ?? ['NOT_FOUND'];
  }
}
