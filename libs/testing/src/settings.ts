import { randomBytes } from 'node:crypto';
import type { HttpSettings, KafkaSettings, MongoSettings, RedisSettings } from '#config';
import { parseEnvironment, settings } from '#config';

export type TestSettings = HttpSettings & MongoSettings & RedisSettings & KafkaSettings;

/**
 * Settings of the real engines that the test command started, with names of this suite's own: nothing that one suite
 * writes is seen by another, nor by a running house.
 */
export function testSettings(): TestSettings {
  const suite = `test_${randomBytes(4).toString('hex')}_`;
  return parseEnvironment(
    { ...settings.http, ...settings.mongo, ...settings.redis, ...settings.kafka },
    {
      ...process.env,
      PORT: '0',
      NODE_ENV: 'test',
      LOG_LEVEL: process.env['TEST_LOG_LEVEL'] ?? 'silent',
      MONGODB_DATABASE_PREFIX: suite,
      REDIS_KEY_PREFIX: suite,
      KAFKA_TOPIC_PREFIX: suite,
      KAFKA_PARTITIONS: '4',
    },
  );
}
