import { join } from 'node:path';
import { type DynamicModule, Inject, Injectable, Module } from '@nestjs/common';
import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import type { Redis } from 'ioredis';
import { type Collection, Db } from 'mongodb';
import { z } from 'zod';
import { REDIS, RedisModule } from '#cache';
import { fact, topic } from '#contracts';
import { subgraphModule } from '#graphql';
import {
  FactConsumer,
  FactFactory,
  MessagingModule,
  outboxIndex,
  type Outboxed,
  OutboxRelay,
} from '#messaging';
import { ensureIndexes, MongoModule } from '#persistence';
import { CoreModule } from '#service';
import type { TestSettings } from '#testing';

/** What a service sells in the tests of what all services share: a lamp is lit, and somebody hears of it. */
export const lamps = topic('test.lamps.v1', 'state', [fact('LampLit', z.object({ lit: z.boolean() }))], 3);

interface LampDocument extends Outboxed {
  lit: boolean;
}

@Injectable()
export class Lamps {
  private readonly lamps: Collection<LampDocument>;
  private readonly seen: Collection<{ _id: string }>;

  constructor(
    db: Db,
    consumer: FactConsumer,
    private readonly relay: OutboxRelay,
    private readonly facts: FactFactory,
    @Inject(REDIS) private readonly redis: Redis,
  ) {
    this.lamps = db.collection('lamps');
    this.seen = db.collection('seen');
    relay.watch('lamps');
    consumer.subscribe({
      topic: lamps,
      each: { LampLit: ({ aggregateId }) => this.remember(aggregateId) },
    });
  }

  async onModuleInit(): Promise<void> {
    await ensureIndexes(this.lamps, [outboxIndex]);
  }

  async light(id: string): Promise<void> {
    await this.redis.incr('lit');
    const lit = this.facts.create(lamps, 'LampLit', { id, version: 1 }, { lit: true });
    await this.relay.insert<LampDocument>('lamps', { _id: id, lit: true }, [lit]);
  }

  async isKnown(id: string): Promise<boolean> {
    return (await this.lamps.countDocuments({ _id: id })) > 0;
  }

  async rememberedIds(): Promise<string[]> {
    return (await this.seen.find().toArray()).map(({ _id }) => _id);
  }

  private async remember(id: string): Promise<void> {
    await this.seen.updateOne({ _id: id }, { $set: { _id: id } }, { upsert: true });
  }
}

@Resolver('Lamp')
class LampsResolver {
  constructor(private readonly service: Lamps) {}

  @Query('lamp')
  async lamp(@Args('id') id: string) {
    return (await this.service.isKnown(id)) ? { id } : null;
  }

  @Mutation('lightLamp')
  async lightLamp(@Args('id') id: string) {
    await this.service.light(id);
    return { id };
  }
}

@Module({})
class LampsModule {}

export function lampsModule(settings: TestSettings, AUTH_URL = 'http://127.0.0.1:1'): DynamicModule {
  return {
    module: LampsModule,
    imports: [
      CoreModule.forService('lamps', { ...settings, AUTH_URL }),
      MongoModule.forService('lamps', settings),
      RedisModule.forService('lamps', settings),
      MessagingModule.forService('lamps', settings, [lamps]),
      subgraphModule({ schemaFile: join(import.meta.dirname, 'lamps.graphql') }),
    ],
    providers: [Lamps, LampsResolver],
  };
}
