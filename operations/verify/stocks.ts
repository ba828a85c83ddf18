import { z } from 'zod';
import type { House } from '../house/house.ts';

const SCAN_COUNT = 1_000;

/** A hold as the scripts of `tickets` keep it. */
const hold = z.object({
  status: z.enum(['HELD', 'ORDERED', 'SOLD', 'RETURNED', 'RELEASED', 'EXPIRED']),
  lines: z.array(
    z.object({
      ticketTypeId: z.string(),
      quantity: z.int(),
      seats: z.array(z.object({ at: z.int() })).optional(),
    }),
  ),
  deadline: z.number(),
  /** What it quoted, in minor units. */
  total: z.number().optional(),
});
export type StockHold = z.output<typeof hold>;

/** What Redis has of an event's sale, at one moment. */
export interface Stock {
  readonly eventId: string;
  /** False for one that was built under an earlier run of the server: it is built again at its next touch. */
  readonly loaded: boolean;
  /** Free units by ticket type. */
  readonly free: ReadonlyMap<string, number>;
  readonly holds: ReadonlyMap<string, StockHold>;
  /** By hold, in Unix milliseconds. */
  readonly deadlines: ReadonlyMap<string, number>;
  /** A letter for each seat of the event's plan: F free, H held or ordered, T taken, B blocked. Empty without seats. */
  readonly seats: string;
}

/** The stocks of all events whose sale has been touched, one by one. */
export async function* stocksOf({ redis, settings }: House): AsyncGenerator<Stock> {
  const generation = /^run_id:(\w+)/m.exec(await redis.info('server'))?.[1];
  const prefix = settings.REDIS_KEY_PREFIX;
  const literal = prefix.replace(/[\\*?[\]]/g, '\\$&');
  // A scan may give a key twice.
  const seen = new Set<string>();
  const pages = redis.scanStream({ match: `${literal}{event:*}:sale`, count: SCAN_COUNT });
  for await (const keys of pages as AsyncIterable<string[]>) {
    for (const key of keys) {
      const eventId = /^\{event:(.+)\}:sale$/.exec(key.slice(prefix.length))?.[1];
      if (eventId === undefined || seen.has(eventId)) continue;
      seen.add(eventId);
      yield await readStock(redis, eventId, generation);
    }
  }
}

async function readStock(
  redis: House['redis'],
  eventId: string,
  generation: string | undefined,
): Promise<Stock> {
  const tag = `{event:${eventId}}`;
  const answers = await redis
    .multi()
    .hgetall(`${tag}:sale`)
    .hgetall(`${tag}:holds`)
    .zrange(`${tag}:deadlines`, '0', '-1', 'WITHSCORES')
    .get(`${tag}:seats`)
    .exec();
  const [sale = {}, holds = {}, scores = [], seats] = (answers ?? []).map(([error, answer]) => {
    if (error) throw error;
    return answer;
  }) as [Record<string, string>?, Record<string, string>?, string[]?, (string | null)?];
  const free = Object.entries(sale).flatMap(([field, value]) =>
    field.startsWith('free:') ? [[field.slice('free:'.length), Number(value)] as const] : [],
  );
  return {
    eventId,
    loaded: generation !== undefined && sale['generation'] === generation,
    seats: seats ?? '',
    free: new Map(free),
    holds: new Map(Object.entries(holds).map(([id, text]) => [id, hold.parse(JSON.parse(text))])),
    deadlines: new Map(
      Array.from({ length: scores.length / 2 }, (_, i) => [scores[2 * i] ?? '', Number(scores[2 * i + 1])]),
    ),
  };
}

/** Units that a hold or an order's reservation keeps from others, by ticket type. */
export function reservedUnits({ holds }: Stock): Map<string, number> {
  const reserved = new Map<string, number>();
  for (const { status, lines } of holds.values()) {
    if (status !== 'HELD' && status !== 'ORDERED') continue;
    for (const { ticketTypeId, quantity } of lines)
      reserved.set(ticketTypeId, (reserved.get(ticketTypeId) ?? 0) + quantity);
  }
  return reserved;
}
