import { Inject, Injectable } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { REDIS } from '#cache';

/**
 * The run id of the Redis server that we are connected to. It changes with every start of the server, after which data
 * may have been lost: stock that was built under another generation is built again from MongoDB.
 */
@Injectable()
export class Generation {
  private known: Promise<string> | undefined;

  constructor(@Inject(REDIS) private readonly redis: Redis) {
    redis.on('close', () => (this.known = undefined));
  }

  async current(): Promise<string> {
    this.known ??= this.read();
    try {
      return await this.known;
    } catch (error) {
      this.known = undefined;
      throw error;
    }
  }

  private async read(): Promise<string> {
    const runId = /^run_id:(\w+)/m.exec(await this.redis.info('server'))?.[1];
    if (!runId) throw new Error('Redis does not tell its run id');
    return runId;
  }
}
