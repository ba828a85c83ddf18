import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { REDIS, REDIS_SUBSCRIBER } from './redis.ts';

type Listener = (message: string) => void;

/**
 * Tells every instance of a service what one of them learnt (Redis pub/sub). Messages are hints: they may be lost
 * while a connection is down, so whoever needs certainty reads the state again after `onGap`.
 */
@Injectable()
export class Broadcast implements OnModuleInit {
  private readonly listeners = new Map<string, Set<Listener>>();
  private readonly gapListeners = new Set<() => void>();

  constructor(
    @Inject(REDIS) private readonly publisher: Redis,
    @Inject(REDIS_SUBSCRIBER) private readonly subscriber: Redis,
  ) {}

  onModuleInit(): void {
    let connectedBefore = false;
    this.subscriber.on('message', (channel: string, message: string) => {
      for (const listener of this.listeners.get(channel) ?? []) listener(message);
    });
    this.subscriber.on('ready', () => {
      if (connectedBefore) for (const listener of this.gapListeners) listener();
      connectedBefore = true;
    });
  }

  async publish(channel: string, message: string): Promise<void> {
    await this.publisher.publish(this.prefixed(channel), message);
  }

  /** Listens until the returned function is called. */
  async subscribe(channel: string, listener: Listener): Promise<() => Promise<void>> {
    const name = this.prefixed(channel);
    const known = this.listeners.get(name);
    if (known) known.add(listener);
    else {
      this.listeners.set(name, new Set([listener]));
      await this.subscriber.subscribe(name);
    }
    return async () => {
      const listeners = this.listeners.get(name);
      if (!listeners?.delete(listener) || listeners.size > 0) return;
      this.listeners.delete(name);
      await this.subscriber.unsubscribe(name);
    };
  }

  /** Called after each reconnect: messages may have been missed. */
  onGap(listener: () => void): () => void {
    this.gapListeners.add(listener);
    return () => void this.gapListeners.delete(listener);
  }

  /** ioredis prefixes keys, not channels of `publish`; both ends must agree, so channels are prefixed here. */
  private prefixed(channel: string): string {
    return `${this.publisher.options.keyPrefix ?? ''}${channel}`;
  }
}
