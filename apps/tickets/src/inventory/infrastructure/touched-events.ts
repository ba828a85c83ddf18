import { Inject, Injectable } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { REDIS } from '#cache';
import { CLOCK, type Clock } from '#kernel';

const KEY = 'tickets:touched-events';
/** An event that nobody has touched for so long is idle. Most holds and reservations have ended by then. */
const IDLE_AFTER_MS = 2 * 3_600_000;
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

  /** The events touched last, the newest first. */
  async list(limit: number): Promise<string[]> {
    return this.redis.zrevrangebyscore(KEY, '+inf', this.idleSince(), 'LIMIT', 0, limit);
  }

  /** Events that are idle, longest first. */
  async idle(limit: number): Promise<string[]> {
    return this.redis.zrangebyscore(KEY, '-inf', `(${this.idleSince()}`, 'LIMIT', 0, limit);
  }

  /** An idle event cannot be forgotten yet: it counts as touched. */
  async renew(eventId: string): Promise<void> {
    await this.redis.zadd(KEY, this.clock.now().getTime(), eventId);
  }

  /** Nothing is left of the event in Redis. */
  async forget(eventId: string): Promise<void> {
    this.noted.delete(eventId);
    await this.redis.zrem(KEY, eventId);
  }

  private idleSince(): number {
    return this.clock.now().getTime() - IDLE_AFTER_MS;
  }
}
