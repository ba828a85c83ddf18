import { readFileSync } from 'node:fs';
import { z } from 'zod';
import {
  type KafkaSettings,
  type MongoSettings,
  parseEnvironment,
  type RedisSettings,
  settings,
} from '#config';

/** Where a house that was started in this folder writes down its engines; it exists only while the house runs. */
export const HOUSE_FILE = '.tessera/house.json';

export type EngineSettings = MongoSettings & RedisSettings & KafkaSettings;

const engine = z.object({ url: z.string(), pid: z.number().optional() });
const house = z.object({
  services: z.record(z.string(), z.object({ pid: z.number().optional() })).default({}),
  engines: z.object({ mongodb: engine.optional(), redis: engine.optional(), kafka: engine.optional() }),
});
type EnginesOfHouse = z.output<typeof house>['engines'];

/** Nobody has said where the engines are, or they do not answer there. */
export class NoEngines extends Error {
  override readonly name = 'NoEngines';
}

/**
 * The engines as the environment names them, each else as the house in this folder has them.
 * @throws NoEngines naming the cure
 * @throws InvalidEnvironment naming the setting that is wrong
 */
export function findEngines(environment: NodeJS.ProcessEnv, houseFile = HOUSE_FILE): EngineSettings {
  const running = enginesOfHouse(houseFile);
  const addresses = {
    MONGODB_URI: environment['MONGODB_URI'] ?? running.mongodb?.url,
    REDIS_URL: environment['REDIS_URL'] ?? running.redis?.url,
    KAFKA_BROKERS: environment['KAFKA_BROKERS'] ?? running.kafka?.url,
  };
  const missing = Object.entries(addresses).flatMap(([name, value]) => (value === undefined ? [name] : []));
  if (missing.length > 0)
    throw new NoEngines(
      `No house runs in this folder, and ${missing.join(', ')} ${missing.length > 1 ? 'are' : 'is'} not set.\n` +
        'Start the house with `npm start`, or name its engines by MONGODB_URI, REDIS_URL and KAFKA_BROKERS\n' +
        '(and MONGODB_DATABASE_PREFIX, REDIS_KEY_PREFIX and KAFKA_TOPIC_PREFIX, if the house has them).',
    );
  // The launcher's own MongoDB has no sessions; see describeEngines in platform/launcher.
  const own = environment['MONGODB_URI'] === undefined && running.mongodb?.pid !== undefined;
  return parseEnvironment(
    { ...settings.mongo, ...settings.redis, ...settings.kafka },
    { ...(own ? { MONGODB_SESSIONS: 'false' } : {}), ...environment, ...addresses },
  );
}

/** Empty when no house runs here. */
export function enginesOfHouse(houseFile: string): EnginesOfHouse {
  return readHouse(houseFile)?.engines ?? {};
}

/** The processes of the services of the house that runs here, if it has a MongoDB of its own; else none. */
export function servicesOnOwnEngine(houseFile = HOUSE_FILE): number[] {
  const running = readHouse(houseFile);
  if (running?.engines.mongodb?.pid === undefined) return [];
  return Object.values(running.services).flatMap(({ pid }) => pid ?? []);
}

function readHouse(houseFile: string): z.output<typeof house> | undefined {
  try {
    return house.parse(JSON.parse(readFileSync(houseFile, 'utf8')));
  } catch {
    return undefined;
  }
}
