import { Inject, Injectable } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { REDIS } from '#cache';
import { CLOCK, type Clock } from '#kernel';

const KEY = 'tickets:touched-events';
/** Holds and reservations of an event end within this time after its last touch. */
const REMEMBER_MS = 2 * 3_600_000;
const NOTE_EVERY_MS = 60_000;
const MAX_NOTED = 10_000;

/** Events whose sale was touched lately: what the sweeps over Redis look at, instead of every event there is. */
@Injectable()
export class TouchedEvents {
  private readonly noted = new Map<string, number>();
  private readonly listeners: ((eventId: string) => void)[] = [];

  constructor(
    @Inject(REDIS) private readonly redis: Redis,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Called at each touch; tells Redis at most once a minute for an event. */
  note(eventId: string): void {
    for (const listener of this.listeners) listener(eventId);
    const nowMs = this.clock.now().getTime();
    if (nowMs - (this.noted.get(eventId) ?? 0) < NOTE_EVERY_MS) return;
    if (this.noted.size >= MAX_NOTED) this.noted.clear();
    this.noted.set(eventId, nowMs);
    // A note that is lost is made again a minute later.
    this.redis.zadd(KEY, nowMs, eventId).catch(() => this.noted.delete(eventId));
  }

  onTouch(listener: (eventId: string) => void): void {
    this.listeners.push(listener);
  }

  async list(limit: number): Promise<string[]> {
    const oldest = this.clock.now().getTime() - REMEMBER_MS;
    await this.redis.zremrangebyscore(KEY, '-inf', oldest);
    return this.redis.zrevrange(KEY, 0, limit - 1);
  }
}
