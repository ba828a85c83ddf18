import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Redis } from 'ioredis';

const SCRIPTS = [
  'hold',
  'extend',
  'adopt',
  'release',
  'reserve',
  'counted',
  'settle',
  'restock',
  'read',
  'price',
  'cut',
  'load',
  'seats',
] as const;
export type StockScript = (typeof SCRIPTS)[number];

/** A script's answer: its outcome, then what belongs to it. */
export type ScriptAnswer = [outcome: string, ...rest: (string | number)[]];

const FOLDER = join(import.meta.dirname, 'scripts');
const KEYS_PER_EVENT = 7;

export function registerStockScripts(redis: Redis): void {
  const prelude = readFileSync(join(FOLDER, 'prelude.lua'), 'utf8');
  for (const name of SCRIPTS) {
    const lua = `${prelude}\n${readFileSync(join(FOLDER, `${name}.lua`), 'utf8')}`;
    redis.defineCommand(commandOf(name), { numberOfKeys: KEYS_PER_EVENT, lua });
  }
}

/** The keys of one event share a hash tag, so that Redis Cluster keeps them on one node. */
export function stockKeys(eventId: string): string[] {
  return ['sale', 'holds', 'deadlines', 'accounts', 'facts', 'epoch', 'seats'].map(
    (part) => `{event:${eventId}}:${part}`,
  );
}

export function factsKey(eventId: string): string {
  return `{event:${eventId}}:facts`;
}

/** Also the channel on which the scripts tell a new version of the seats. */
export function seatsKey(eventId: string): string {
  return `{event:${eventId}}:seats`;
}

export function saleKey(eventId: string): string {
  return `{event:${eventId}}:sale`;
}

export function epochKey(eventId: string): string {
  return `{event:${eventId}}:epoch`;
}

type ScriptCommand = (...keysAndArguments: (string | number)[]) => Promise<ScriptAnswer>;

export function runStockScript(
  redis: Redis,
  script: StockScript,
  eventId: string,
  generation: string,
  scriptArguments: readonly (string | number)[],
): Promise<ScriptAnswer> {
  const commands = redis as unknown as Record<string, ScriptCommand | undefined>;
  const command = commands[commandOf(script)];
  if (!command) throw new Error('the stock scripts are not registered');
  return command.call(redis, ...stockKeys(eventId), generation, ...scriptArguments);
}

/** The script `read` for many events, in one round trip. @throws the first error that an event's script met */
export async function readStocks(
  redis: Redis,
  eventIds: readonly string[],
  generation: string,
): Promise<[eventId: string, answer: ScriptAnswer][]> {
  const pipeline = redis.pipeline();
  const commands = pipeline as unknown as Record<string, ((...args: string[]) => unknown) | undefined>;
  for (const eventId of eventIds) commands[commandOf('read')]?.(...stockKeys(eventId), generation);
  const answers = (await pipeline.exec()) ?? [];
  return answers.map(([error, answer], i) => {
    if (error) throw error;
    return [eventIds[i] ?? '', answer as ScriptAnswer];
  });
}

function commandOf(script: StockScript): string {
  return `stock${script.charAt(0).toUpperCase()}${script.slice(1)}`;
}
