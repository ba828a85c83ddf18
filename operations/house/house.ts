import { Redis } from 'ioredis';
import type { Admin, Kafka } from 'kafkajs';
import type { Db, MongoClient } from 'mongodb';
import { isRedisDown, openRedis } from '#cache';
import { NoEngines } from '#config';
import { isKafkaDown, KafkaNames, openKafka } from '#messaging';
import { createLogger } from '#observability';
import { databaseOf, isMongoDown, openMongo } from '#persistence';
import type { EngineSettings } from './engines.ts';
import type { ServiceName } from './services.ts';

/** An operator's question may look at everything there is. */
const ANSWERED_WITHIN_MS = 30_000;

/** The engines of a house, open for an operator's tool. */
export class House {
  private constructor(
    readonly settings: EngineSettings,
    readonly mongo: MongoClient,
    readonly kafka: Kafka,
    readonly names: KafkaNames,
    readonly redis: Redis,
  ) {}

  /** @throws NoEngines when one of them does not answer */
  static async open(settings: EngineSettings): Promise<House> {
    const logger = createLogger('operations', 'silent');
    const mongo = await openMongo(settings, ANSWERED_WITHIN_MS).catch((error: unknown) => {
      throw isMongoDown(error) ? new NoEngines(`MongoDB does not answer (${messageOf(error)}).`) : error;
    });
    const redis = openRedis(settings, 'operations', logger);
    const names = new KafkaNames(settings.KAFKA_TOPIC_PREFIX);
    const kafka = openKafka(settings, 'operations', logger, ANSWERED_WITHIN_MS);
    const house = new House(settings, mongo, kafka, names, redis);
    try {
      await redis.ping();
      await house.topicNames();
      return house;
    } catch (error) {
      await house.close();
      if (isRedisDown(error)) throw new NoEngines(`Redis does not answer (${messageOf(error)}).`);
      if (isKafkaDown(error))
        throw new NoEngines(
          `Kafka does not answer at ${settings.KAFKA_BROKERS.join(',')} (${messageOf(error)}).`,
        );
      throw error;
    }
  }

  async close(): Promise<void> {
    this.redis.disconnect();
    await this.mongo.close();
  }

  database(service: ServiceName): Db {
    return databaseOf(this.mongo, this.settings, service);
  }

  /** The databases of this house, by their names without its prefix; also those that belong to no service. */
  async databases(): Promise<Map<string, Db>> {
    const prefix = this.settings.MONGODB_DATABASE_PREFIX;
    const { databases } = await this.mongo.db('admin').admin().listDatabases({ nameOnly: true });
    const own = databases.map(({ name }) => name).filter((name) => name.startsWith(prefix));
    return new Map(
      own.filter(isNotTheEngines).map((name) => [name.slice(prefix.length), this.mongo.db(name)]),
    );
  }

  /** Names on the cluster of the topics of this house, dead letters too. */
  async topicNames(): Promise<string[]> {
    const prefix = this.settings.KAFKA_TOPIC_PREFIX;
    const topics = await this.withAdmin((admin) => admin.listTopics());
    return topics.filter((name) => name.startsWith(prefix) && !name.startsWith('__'));
  }

  async withAdmin<T>(work: (admin: Admin) => Promise<T>): Promise<T> {
    const admin = this.kafka.admin();
    await admin.connect();
    try {
      return await work(admin);
    } finally {
      await admin.disconnect();
    }
  }
}

/** Databases that MongoDB keeps for itself, which an empty prefix would take for ours. */
function isNotTheEngines(name: string): boolean {
  return !['admin', 'config', 'local'].includes(name);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
