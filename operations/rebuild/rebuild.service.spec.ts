import { MongoClient, type Db } from 'mongodb';
import {
  type Fact,
  type FactsOf,
  eventsEvents,
  type PublishedEvent,
  type PublicTicket,
  ticketsTickets,
} from '#contracts';
import { ticketIdOf } from '#kernel';
import { KafkaNames, openKafka } from '#messaging';
import { createLogger } from '#observability';
import { copyFacts, databaseOf, type DeclaredCopy, type VersionedCopy } from '#persistence';
import { FactLine, publishedEvent, publishedTicketType, testSettings } from '#testing';
import { declaredCopies } from './declared-copies.ts';
import { rebuildCopy } from './rebuild-copy.ts';
import { asText } from './report.ts';

/** Real: Kafka, MongoDB, the services' own declarations. The service is played by the write that its consumer makes. */
const settings = testSettings();
const check = { apply: false, waitMs: 0 };
const apply = { apply: true, waitMs: 0 };
const TICKETS = 700;

let line: FactLine;
let mongo: MongoClient;
let checkin: Db;
let pricing: Db;
let tickets: DeclaredCopy;
let ticketTypes: DeclaredCopy;
const ticketFacts: FactsOf<typeof ticketsTickets>[] = [];

const kafka = openKafka(settings, 'test', createLogger('test', 'silent'));
const names = new KafkaNames(settings.KAFKA_TOPIC_PREFIX);

beforeAll(async () => {
  line = await FactLine.open(settings, [eventsEvents, ticketsTickets]);
  mongo = new MongoClient(settings.MONGODB_URI, { ignoreUndefined: true });
  checkin = databaseOf(mongo, settings, 'checkin');
  pricing = databaseOf(mongo, settings, 'pricing');
  tickets = await copyOf('checkin', 'tickets');
  ticketTypes = await copyOf('pricing', 'ticket_types');
  for (let i = 0; i < TICKETS; i++) ticketFacts.push(await publishTicket(ticketIdOf('order', i), 1, 'VALID'));
  for (let i = 0; i < TICKETS; i += 100)
    ticketFacts.push(await publishTicket(ticketIdOf('order', i), 2, 'VOID'));
  // Late and repeated, as facts may be.
  for (const fact of ticketFacts.slice(0, 3)) await line.repeat(ticketsTickets, fact);
  await line.raw(ticketsTickets, 'nobody', 'no fact at all');
}, 60_000);

beforeEach(async () => {
  await documents().drop();
  await copyFacts(documents(), tickets, ticketFacts);
});

afterAll(async () => {
  await checkin?.dropDatabase();
  await pricing?.dropDatabase();
  await mongo?.close();
  await line?.close();
});

describe('npm run rebuild', () => {
  it('makes the same copy, document by document, and leaves nothing behind', async () => {
    const rebuilt = await rebuildCopy({ kafka, names, db: checkin }, tickets, check);
    expect(rebuilt).toMatchObject({ same: TICKETS, different: 0, mended: 0, unreadable: 1, outlived: 0 });
    expect(rebuilt.facts).toBe(ticketFacts.length + 3);
    expect((await checkin.listCollections().toArray()).map(({ name }) => name)).toEqual(['tickets']);
    expect(asText('checkin', [rebuilt])).toContain(`${TICKETS} documents, all the same`);
  });

  it('finds a missing, a changed and a stale document, and mends them', async () => {
    const before = await documents().find().sort({ _id: 1 }).toArray();
    const [missing, changed, stale] = [
      ticketIdOf('order', 1),
      ticketIdOf('order', 2),
      ticketIdOf('order', 100),
    ];
    await documents().deleteOne({ _id: missing });
    await documents().updateOne({ _id: changed }, { $set: { holderId: 'a thief' } });
    await documents().updateOne({ _id: stale }, { $set: { version: 1, status: 'VALID' } });

    const found = await rebuildCopy({ kafka, names, db: checkin }, tickets, check);
    expect(found).toMatchObject({ same: TICKETS - 3, different: 3, mended: 0 });
    expect(new Map(found.differences.map(({ id, kind }) => [id, kind]))).toEqual(
      new Map([
        [missing, 'MISSING'],
        [changed, 'CHANGED'],
        [stale, 'STALE'],
      ]),
    );
    expect(asText('checkin', [found])).toContain(`${stale} is stale: version 1, the newest fact has 2`);

    expect(await rebuildCopy({ kafka, names, db: checkin }, tickets, apply)).toMatchObject({
      different: 3,
      mended: 3,
    });
    expect(await documents().find().sort({ _id: 1 }).toArray()).toEqual(before);
    expect(await rebuildCopy({ kafka, names, db: checkin }, tickets, apply)).toMatchObject({
      same: TICKETS,
      different: 0,
      mended: 0,
    });
  });

  it('builds a lost copy whole', async () => {
    await documents().drop();
    const rebuilt = await rebuildCopy({ kafka, names, db: checkin }, tickets, apply);
    expect(rebuilt).toMatchObject({ same: 0, different: TICKETS, mended: TICKETS });
    expect(await documents().countDocuments()).toBe(TICKETS);
  });

  it('neither replaces nor deletes what no fact explains', async () => {
    const ahead = ticketIdOf('order', 3);
    await documents().updateOne({ _id: ahead }, { $set: { version: 9 } });
    await documents().insertOne({ _id: 'from nowhere', version: 1 });
    const rebuilt = await rebuildCopy({ kafka, names, db: checkin }, tickets, apply);
    expect(rebuilt).toMatchObject({ different: 2, mended: 0 });
    expect(rebuilt.differences.map(({ kind }) => kind).sort()).toEqual(['AHEAD', 'EXTRA']);
    expect(await documents().countDocuments({ _id: { $in: ['from nowhere', ahead] } })).toBe(2);
  });

  it('gives a copy that is behind the time to catch up', async () => {
    const late = ticketIdOf('order', 4);
    await documents().deleteOne({ _id: late });
    const rebuilding = rebuildCopy({ kafka, names, db: checkin }, tickets, { apply: false, waitMs: 20_000 });
    setTimeout(() => void copyFacts(documents(), tickets, ticketFacts), 1_500);
    expect(await rebuilding).toMatchObject({ same: TICKETS, different: 0 });
  });

  it('tells parts that their aggregate has no more from documents without a fact', async () => {
    const both = eventWith(['standing', 'seated']);
    const facts: Fact[] = [
      await line.publish(eventsEvents, 'EventPublished', { id: both.eventId, version: 1 }, both),
      await line.publish(
        eventsEvents,
        'EventUpdated',
        { id: both.eventId, version: 2 },
        eventWith(['seated']),
      ),
    ];
    const copy = pricing.collection<VersionedCopy>(ticketTypes.collection);
    await copyFacts(copy, ticketTypes, facts);
    expect(await copy.countDocuments()).toBe(2);
    // As after a compaction that the rebuilt copy does not know the first fact of.
    await copy.insertOne({ _id: 'compacted away', version: 1, eventId: both.eventId } as VersionedCopy);
    await copy.insertOne({ _id: 'invented', version: 2, eventId: both.eventId } as VersionedCopy);
    const rebuilt = await rebuildCopy({ kafka, names, db: pricing }, ticketTypes, check);
    expect(rebuilt).toMatchObject({ same: 2, outlived: 1, different: 1 });
    expect(rebuilt.differences[0]).toMatchObject({ kind: 'EXTRA', id: 'invented' });
  });
});

function documents() {
  return checkin.collection<VersionedCopy & { status?: string; holderId?: string }>(tickets.collection);
}

async function copyOf(service: 'checkin' | 'pricing', collection: string): Promise<DeclaredCopy> {
  const found = (await declaredCopies(service)).find((copy) => copy.collection === collection);
  if (!found) throw new Error(`${service} declares no copy ${collection}`);
  return found;
}

async function publishTicket(id: string, version: number, status: PublicTicket['status']) {
  const type = status === 'VALID' ? 'TicketIssued' : 'TicketVoided';
  const fact = await line.publish(ticketsTickets, type, { id, version }, ticketOf(id, status));
  return fact as FactsOf<typeof ticketsTickets>;
}

function ticketOf(ticketId: string, status: PublicTicket['status']): PublicTicket {
  return {
    ticketId,
    eventId: 'event',
    organizationId: 'organization',
    ticketTypeId: 'type',
    ticketTypeName: 'Standing',
    orderId: 'order',
    holderId: 'holder',
    holderName: 'Ada',
    status,
    credentialVersion: 1,
    keyId: 1,
    issuedAt: '2030-01-01T00:00:00.000Z',
  };
}

function eventWith(ticketTypeIds: readonly string[]): PublishedEvent {
  const ticketTypes = ticketTypeIds.map((ticketTypeId) => publishedTicketType({ ticketTypeId }));
  return publishedEvent({ eventId: 'event', organizationId: 'organization', ticketTypes });
}
