import { type DynamicModule, Global, Module } from '@nestjs/common';
import { Kafka } from 'kafkajs';
import type { KafkaSettings } from '#config';
import type { TopicContract } from '#contracts';
import { LOGGER, type Logger, WORK_LIMIT_MS } from '#observability';
import { FactConsumer, HANDLING_LIMIT_MS, SERVICE_NAME } from './consumer.ts';
import { DeadLetters } from './dead-letters.ts';
import { FactFactory } from './facts.ts';
import { KafkaNames, openKafka } from './kafka.ts';
import { FactProducer } from './producer.ts';
import { OutboxRelay } from './relay.ts';
import { ensureTopics } from './topics.ts';

/** Longer than the 20 s that the broker is given for it. */
const TOPICS_MADE_WITHIN_MS = 25_000;

/** Facts in and out of a service. Needs MongoModule for the outbox relay. */
@Global()
@Module({})
export class MessagingModule {
  /**
   * `topics`: those that the service publishes to or reads; made, if they are missing, before it starts.
   * `handlingLimitMs`: how long the handling of one fact, or of one batch, may take.
   */
  static forService(
    service: string,
    settings: KafkaSettings,
    topics: readonly TopicContract[],
    handlingLimitMs = WORK_LIMIT_MS,
  ): DynamicModule {
    return {
      module: MessagingModule,
      providers: [
        { provide: SERVICE_NAME, useValue: service },
        { provide: HANDLING_LIMIT_MS, useValue: handlingLimitMs },
        { provide: KafkaNames, useValue: new KafkaNames(settings.KAFKA_TOPIC_PREFIX) },
        {
          provide: Kafka,
          useFactory: async (logger: Logger, names: KafkaNames) => {
            const admin = openKafka(settings, service, logger, TOPICS_MADE_WITHIN_MS).admin({
              retry: { retries: 20, initialRetryTime: 200, maxRetryTime: 2_000 },
            });
            await admin.connect();
            try {
              await ensureTopics(admin, topics, names, settings.KAFKA_PARTITIONS);
            } finally {
              await admin.disconnect();
            }
            return openKafka(settings, service, logger);
          },
          inject: [LOGGER, KafkaNames],
        },
        FactFactory,
        FactProducer,
        FactConsumer,
        DeadLetters,
        OutboxRelay,
      ],
      exports: [Kafka, KafkaNames, FactFactory, FactProducer, FactConsumer, OutboxRelay],
    };
  }
}
