import { extentsOf } from '#messaging';
import type { House } from '../house/house.ts';
import { SERVICES } from '../house/services.ts';
import { Refused } from '../house/tool.ts';
import { deleteTopics } from './load-topics.ts';

const SCAN_COUNT = 1_000;

/** @throws Refused when services of the house are at work: they would mix the old with the new */
export async function refuseRunningHouse(house: House): Promise<void> {
  const { groups } = await house.withAdmin((admin) => admin.describeGroups(groupsOf(house)));
  const running = groups.filter(({ members }) => members.length > 0).map(({ groupId }) => groupId);
  if (running.length > 0)
    throw new Refused(
      `Services of this house are running (${running.join(', ')}): stop them first; the engines stay up.\n` +
        'A service that was killed counts as running for 10 s more.',
    );
}

/** What the engines hold for this house, in words; undefined when that is nothing. */
export async function contentsOf(house: House): Promise<string | undefined> {
  const found: string[] = [];
  for (const [name, db] of await house.databases()) {
    for (const { name: collection } of await db.listCollections({}, { nameOnly: true }).toArray())
      if (await db.collection(collection).findOne({}, { projection: { _id: 1 } }))
        found.push(`documents in ${name}.${collection}`);
  }
  const extents = await extentsOf(house.kafka, await house.topicNames());
  const topics = new Set(extents.filter(({ from, to }) => to > from).map(({ topic }) => topic));
  found.push(...[...topics].map((topic) => `facts in ${topic}`));
  for await (const keys of keysOf(house))
    if (keys.length > 0) {
      found.push('keys in Redis');
      break;
    }
  if (found.length === 0) return undefined;
  return found.length > 3 ? `${found.slice(0, 3).join(', ')} and more` : found.join(', ');
}

/** Empties the engines of everything that is this house's; engines may be shared, so only what bears its prefixes. */
export async function clear(house: House): Promise<void> {
  for (const db of (await house.databases()).values()) await db.dropDatabase();
  await deleteTopics(house, await house.topicNames());
  await forgetOffsets(house);
  const prefix = house.settings.REDIS_KEY_PREFIX;
  for await (const keys of keysOf(house))
    // The connection puts the prefix before each key itself.
    if (keys.length > 0) await house.redis.unlink(...keys.map((key) => key.slice(prefix.length)));
}

/** Every service reads its topics from their beginnings, as a new one would. */
async function forgetOffsets(house: House): Promise<void> {
  await house.withAdmin(async (admin) => {
    const wanted = new Set(groupsOf(house));
    const { groups } = await admin.listGroups();
    const known = groups.map(({ groupId }) => groupId).filter((groupId) => wanted.has(groupId));
    if (known.length > 0) await admin.deleteGroups(known);
  });
}

function groupsOf({ names }: House): string[] {
  return SERVICES.map((service) => names.group(service));
}

async function* keysOf({ redis, settings }: House): AsyncGenerator<string[]> {
  const literal = settings.REDIS_KEY_PREFIX.replace(/[\\*?[\]]/g, '\\$&');
  for await (const keys of redis.scanStream({ match: `${literal}*`, count: SCAN_COUNT }))
    yield keys as string[];
}
