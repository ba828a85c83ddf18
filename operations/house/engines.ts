import {
  type KafkaSettings,
  type MongoSettings,
  parseEnvironment,
  readRunningHouse,
  type RedisSettings,
  settings,
  withEnginesOfHouse,
} from '#config';

export type EngineSettings = MongoSettings & RedisSettings & KafkaSettings;

/**
 * The engines as the environment names them, each else as the house in this folder has them.
 * @throws NoEngines naming the cure
 * @throws InvalidEnvironment naming the setting that is wrong
 */
export function findEngines(environment: NodeJS.ProcessEnv, houseFile?: string): EngineSettings {
  return parseEnvironment(
    { ...settings.mongo, ...settings.redis, ...settings.kafka },
    withEnginesOfHouse(environment, ['MONGODB_URI', 'REDIS_URL', 'KAFKA_BROKERS'], houseFile),
  );
}

/** The processes of the services of the house that runs here, if it has a MongoDB of its own; else none. */
export function servicesOnOwnEngine(houseFile?: string): number[] {
  const running = readRunningHouse(houseFile);
  if (running?.engines.mongodb?.pid === undefined) return [];
  return Object.values(running.services).flatMap(({ pid }) => pid ?? []);
}
