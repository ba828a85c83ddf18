import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { parseEnvironment, settings } from '#config';

/** Where a house that was started in this folder writes down its engines; it exists only while the house runs. */
const HOUSE_FILE = '.tessera/house.json';

const engine = z.object({ url: z.string(), pid: z.number().optional() });
const house = z.object({ engines: z.object({ mongodb: engine, kafka: engine }) });

const environmentOfEngines = { ...settings.mongo, ...settings.kafka };
export type Engines = z.output<z.ZodObject<typeof environmentOfEngines>>;

/** Nobody has said where the engines are. */
export class NoHouse extends Error {
  override readonly name = 'NoHouse';
}

/**
 * MongoDB and Kafka as the environment names them, else those of the house in this folder.
 * @throws NoHouse naming the cure
 * @throws InvalidEnvironment naming the setting that is wrong
 */
export function findEngines(environment: NodeJS.ProcessEnv, houseFile = HOUSE_FILE): Engines {
  if (environment['MONGODB_URI'] !== undefined) return parseEnvironment(environmentOfEngines, environment);
  const running = readHouse(houseFile);
  if (!running) {
    throw new NoHouse(
      'No house runs in this folder, and MONGODB_URI is not set.\n' +
        'Start one with `npm start`, or set MONGODB_URI and KAFKA_BROKERS (and what else the house was started with).',
    );
  }
  const { mongodb, kafka } = running.engines;
  return parseEnvironment(environmentOfEngines, {
    ...environment,
    MONGODB_URI: mongodb.url,
    // An engine with a process of the house is its own, which is no replica set.
    MONGODB_SESSIONS: environment['MONGODB_SESSIONS'] ?? String(mongodb.pid === undefined),
    KAFKA_BROKERS: kafka.url,
  });
}

function readHouse(houseFile: string): z.output<typeof house> | undefined {
  try {
    return house.parse(JSON.parse(readFileSync(houseFile, 'utf8')));
  } catch {
    return undefined;
  }
}
