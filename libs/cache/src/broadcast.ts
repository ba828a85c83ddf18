import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { LOGGER, type Logger } from '#observability';
import { REDIS, REDIS_SUBSCRIBER } from './redis.ts';

/** A connection that only listens would not notice that nothing can come any more: see `openRedis`. */
const ASK_EVERY_MS = 5_000;

type Listener = (message: string) => void;

interface Channel {
  readonly listeners: Set<Listener>;
  /** Resolves when Redis tells this process what is published there. */
  readonly subscribed: Promise<unknown>;
}

/**
 * Tells every instance of a service what one of them learnt (Redis pub/sub). Messages are hints: they may be lost
 * while a connection is down, so whoever needs certainty reads the state again after `onGap`.
 */
@Injectable()
export class Broadcast implements OnModuleInit, OnApplicationShutdown {
  private readonly channels = new Map<string, Channel>();
  private readonly gapListeners = new Set<() => void>();
  private asking: NodeJS.Timeout | undefined;

  constructor(
    @Inject(REDIS) private readonly publisher: Redis,
    @Inject(REDIS_SUBSCRIBER) private readonly subscriber: Redis,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    let connectedBefore = false;
    this.subscriber.on('message', (channel: string, message: string) => {
      for (const listener of this.channels.get(channel)?.listeners ?? [])
        this.tell(listener, message, channel);
    });
    this.subscriber.on('ready', () => {
      if (connectedBefore) for (const listener of this.gapListeners) listener();
      connectedBefore = true;
    });
    // Without an answer the connection is opened anew.
    this.asking = setInterval(() => void this.subscriber.ping().catch(() => undefined), ASK_EVERY_MS);
    this.asking.unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.asking);
  }

  async publish(channel: string, message: string): Promise<void> {
    await this.publisher.publish(this.prefixed(channel), message);
  }

  /** Listens until the returned function is called. @throws when Redis cannot be asked: nobody listens then */
  async subscribe(channel: string, listener: Listener): Promise<() => Promise<void>> {
    const name = this.prefixed(channel);
    const joined = this.channels.get(name) ?? this.open(name);
    joined.listeners.add(listener);
    await joined.subscribed;
    return async () => {
      if (!joined.listeners.delete(listener) || joined.listeners.size > 0) return;
      if (this.channels.get(name) !== joined) return;
      this.channels.delete(name);
      await this.subscriber.unsubscribe(name);
    };
  }

  /** Called after each reconnect: messages may have been missed. */
  onGap(listener: () => void): () => void {
    this.gapListeners.add(listener);
    return () => void this.gapListeners.delete(listener);
  }

  private open(name: string): Channel {
    const subscribed = this.subscriber.subscribe(name);
    const opened: Channel = { listeners: new Set(), subscribed };
    this.channels.set(name, opened);
    // Whoever comes next tries again.
    subscribed.catch(() => {
      if (this.channels.get(name) === opened) this.channels.delete(name);
    });
    return opened;
  }

  /** A message that a listener cannot read, of a newer version of the service perhaps, is no reason to end. */
  private tell(listener: Listener, message: string, channel: string): void {
    try {
      listener(message);
    } catch (error) {
      this.logger.warn({ err: error, channel }, 'a message was of no use');
    }
  }

  /** ioredis prefixes keys, not channels of `publish`; both ends must agree, so channels are prefixed here. */
  private prefixed(channel: string): string {
    return `${this.publisher.options.keyPrefix ?? ''}${channel}`;
  }
}
