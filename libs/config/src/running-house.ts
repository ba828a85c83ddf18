import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** Where a house that was started in this folder writes down what runs; the file exists only while the house does. */
export const HOUSE_FILE = '.tessera/house.json';

/** Without `pid` it is not the house's own: the environment named it. */
const component = z.object({ url: z.string(), pid: z.number().optional() });
const runningHouse = z.object({
  services: z.record(z.string(), component.partial()).default({}),
  engines: z.object({
    mongodb: component.optional(),
    redis: component.optional(),
    kafka: component.optional(),
  }),
});
export type RunningHouse = z.output<typeof runningHouse>;

const ENGINE_OF = { MONGODB_URI: 'mongodb', REDIS_URL: 'redis', KAFKA_BROKERS: 'kafka' } as const;
export type EngineVariable = keyof typeof ENGINE_OF;
const PREFIX_OF = {
  MONGODB_URI: 'MONGODB_DATABASE_PREFIX',
  REDIS_URL: 'REDIS_KEY_PREFIX',
  KAFKA_BROKERS: 'KAFKA_TOPIC_PREFIX',
} as const satisfies Record<EngineVariable, string>;

type Environment = Readonly<Record<string, string | undefined>>;

/** Nobody has said where the engines are, or they do not answer there. */
export class NoEngines extends Error {
  override readonly name = 'NoEngines';
}

/**
 * The environment for a command that works on engines: those that it needs and the environment does not name are the
 * running house's.
 * @throws NoEngines naming what is missing, and the cure
 */
export function withEnginesOfHouse(
  environment: Environment,
  needed: readonly EngineVariable[],
  houseFile = HOUSE_FILE,
): Environment {
  const engines: RunningHouse['engines'] = readRunningHouse(houseFile)?.engines ?? {};
  const addresses = Object.fromEntries(
    needed.map((name) => [name, environment[name] ?? engines[ENGINE_OF[name]]?.url] as const),
  );
  const missing = needed.filter((name) => addresses[name] === undefined);
  if (missing.length > 0)
    throw new NoEngines(
      `No house runs in this folder, and ${missing.join(', ')} ${missing.length > 1 ? 'are' : 'is'} not set.\n` +
        `Start the house with \`npm start\`, or name its engines by ${listed(needed)}\n` +
        `(and ${listed(needed.map((name) => PREFIX_OF[name]))}, if the house has ${needed.length > 1 ? 'them' : 'one'}).`,
    );
  // The launcher's own MongoDB has no sessions; see describeEngines in platform/launcher.
  const own = environment['MONGODB_URI'] === undefined && engines.mongodb?.pid !== undefined;
  return { ...(own ? { MONGODB_SESSIONS: 'false' } : {}), ...environment, ...addresses };
}

/** Undefined when no house runs here. */
export function readRunningHouse(houseFile = HOUSE_FILE): RunningHouse | undefined {
  try {
    return runningHouse.parse(JSON.parse(readFileSync(houseFile, 'utf8')));
  } catch {
    return undefined;
  }
}

function listed(names: readonly string[]): string {
  return new Intl.ListFormat('en-GB').format(names);
}
