/* oxlint-disable typescript/no-explicit-any -- a test reads answers of any shape and asserts what is in them */
import { Redis } from 'ioredis';
import type { PublishedEvent } from '#contracts';
import { eventually, GraphStream, type OpenSubscription } from '#testing';
import { BoxOffice, HOLD, RELEASE } from '../../test/box-office.ts';
import { row, seatedEvent } from '../../test/seated-house.ts';

const MAP = `query ($r: [_Any!]!, $sectionIds: [ID!]) { _entities(representations: $r) { ... on Event {
  seatMap(sectionIds: $sectionIds) { version sections { sectionId ticketType { id } free states } } } } }`;
const WATCH = `subscription ($eventId: ID!, $since: SafeInt) { seatMapChanged(eventId: $eventId, sinceVersion: $since) {
  version snapshot { version sections { sectionId free states } } seats { seatId state } } }`;

const HOUSE = { circle: [row('A', 3, 12)], stalls: [row('A', 4, 5), row('B', 3, 6, { blocked: [2] })] };

let office: BoxOffice;
let redis: Redis;
const streams: GraphStream[] = [];

beforeAll(async () => {
  office = await BoxOffice.open(4, 60);
  redis = new Redis(office.settings.REDIS_URL, { keyPrefix: office.settings.REDIS_KEY_PREFIX });
});

afterAll(async () => {
  for (const stream of streams) stream.terminate();
  redis?.disconnect();
  await office?.close();
});

function watch({ eventId }: PublishedEvent, since?: number): OpenSubscription {
  const stream = new GraphStream(office.graph.endpoint);
  streams.push(stream);
  return stream.subscribe(WATCH, { eventId, since });
}

async function mapOf({ eventId }: PublishedEvent, sectionIds?: string[]): Promise<any> {
  const variables = { r: [{ __typename: 'Event', id: eventId }], sectionIds };
  return (await office.graph.data(MAP, variables))._entities[0].seatMap;
}

const statesOf = (map: any): string[] => map.sections.map(({ states }: { states: string }) => states);
const changesIn = ({ answers }: OpenSubscription): any[] => answers.map(({ data }) => data.seatMapChanged);
const newest = (seen: OpenSubscription): Record<string, string> =>
  Object.fromEntries(
    changesIn(seen).flatMap(({ seats }) => seats.map(({ seatId, state }: any) => [seatId, state])),
  );

function wanted(event: PublishedEvent, type: number, seatIds: string[]): Record<string, unknown> {
  const { ticketTypeId } = event.ticketTypes[type]!;
  return { input: { eventId: event.eventId, lines: [{ ticketTypeId, seatIds }] } };
}

/** Its plan, which may come later than the event, is known. */
async function shownEvent(): Promise<PublishedEvent> {
  const event = await seatedEvent(office, HOUSE);
  await eventually(async () => expect(await mapOf(event)).not.toBeNull());
  return event;
}

describe('the seat map of an event', () => {
  it('tells the state of every seat to anybody, by section', async () => {
    const event = await shownEvent();
    const empty = await mapOf(event);
    expect(statesOf(empty)).toEqual(['FFF', 'FFFFFBF']);
    expect(empty.sections.map(({ sectionId, free }: any) => [sectionId, free])).toEqual([
      ['circle', 3],
      ['stalls', 6],
    ]);
    const client = await office.buyer();
    const hold = await client.expect('Hold', HOLD, wanted(event, 1, ['stalls-A-1', 'stalls-B-3']));
    const held = await mapOf(event, ['stalls']);
    expect(statesOf(held)).toEqual(['HFFFFBH']);
    expect(held.sections[0]).toMatchObject({
      free: 4,
      ticketType: { id: event.ticketTypes[1]?.ticketTypeId },
    });
    expect(held.version).toBeGreaterThan(empty.version);
    const { order } = await office.place(client, hold.id);
    await office.payment(order, 'PaymentAuthorized');
    await office.inState(client, order.id, 'CONFIRMED');
    await eventually(async () => expect(statesOf(await mapOf(event, ['stalls']))).toEqual(['TFFFFBT']));
    await expect(mapOf(event, ['nowhere'])).rejects.toThrow('the event sells no section nowhere');
    expect(await mapOf(await office.publish())).toBeNull();
  });

  it('is told as it changes, first whole and then by what has changed', async () => {
    const event = await shownEvent();
    const seen = watch(event);
    await eventually(() => expect(seen.answers).toHaveLength(1));
    expect(statesOf(changesIn(seen)[0].snapshot)).toEqual(['FFF', 'FFFFFBF']);
    const client = await office.buyer();
    const hold = await client.expect('Hold', HOLD, wanted(event, 0, ['circle-A-1', 'circle-A-2']));
    await eventually(() => expect(newest(seen)).toEqual({ 'circle-A-1': 'HELD', 'circle-A-2': 'HELD' }));
    await client.expect('Hold', RELEASE, { id: hold.id });
    await eventually(() => expect(newest(seen)).toEqual({ 'circle-A-1': 'FREE', 'circle-A-2': 'FREE' }));
    const versions = changesIn(seen).map(({ version }) => version);
    expect(versions).toEqual(versions.toSorted((a, b) => a - b));
    expect(
      changesIn(seen)
        .slice(1)
        .every(({ snapshot }) => snapshot === null),
    ).toBe(true);
  });

  it('tells of a hold that expires though nobody touches the event', async () => {
    const event = await shownEvent();
    const seen = watch(event);
    await eventually(() => expect(seen.answers).toHaveLength(1));
    await (await office.buyer()).expect('Hold', HOLD, wanted(event, 0, ['circle-A-3']));
    await eventually(() => expect(newest(seen)).toEqual({ 'circle-A-3': 'HELD' }));
    await eventually(() => expect(newest(seen)).toEqual({ 'circle-A-3': 'FREE' }));
  });

  it('goes on after a lost connection with what was missed, or with everything when that is forgotten', async () => {
    const event = await shownEvent();
    const first = watch(event);
    await eventually(() => expect(first.answers).toHaveLength(1));
    const { version } = changesIn(first)[0];
    await (await office.buyer()).expect('Hold', HOLD, wanted(event, 0, ['circle-A-1']));
    const again = watch(event, version);
    await eventually(() => expect(newest(again)).toEqual({ 'circle-A-1': 'HELD' }));
    expect(changesIn(again)[0].snapshot).toBeNull();
    const late = watch(event, 1);
    await eventually(() => expect(changesIn(late)[0]?.snapshot).toBeTruthy());
  });

  it('has a newer version also when an old append-only file was put back that stands as MongoDB does', async () => {
    const event = await shownEvent();
    const seen = watch(event);
    await eventually(() => expect(seen.answers).toHaveLength(1));
    const keys = ['sale', 'seats', 'holds', 'deadlines', 'accounts'].map(
      (part) => `{event:${event.eventId}}:${part}`,
    );
    const old = await Promise.all(keys.map((key) => redis.dumpBuffer(key)));
    await (await office.buyer()).expect('Hold', HOLD, wanted(event, 0, ['circle-A-1']));
    await eventually(() => expect(newest(seen)).toEqual({ 'circle-A-1': 'HELD' }));
    const known = changesIn(seen).at(-1).version;
    await redis.del(...keys);
    for (const [i, dump] of old.entries()) if (dump) await redis.restore(keys[i]!, 0, dump);
    for (const field of ['generation', 'seatRun']) await redis.hset(keys[0]!, field, 'another run of Redis');
    const map = await mapOf(event);
    expect(statesOf(map)).toEqual(['FFF', 'FFFFFBF']);
    expect(map.version).toBeGreaterThan(known);
    await eventually(() => expect(changesIn(seen).at(-1)).toMatchObject({ version: map.version }));
    expect(newest(seen)).toEqual({ 'circle-A-1': 'FREE' });
  });

  it('is nothing for an event without seats, nor for none', async () => {
    const event = await office.publish();
    for (const [refused, code] of [
      [watch(event), 'NOT_FOUND'],
      [watch({ ...event, eventId: '0000000000' }), 'NOT_FOUND'],
      [watch(event, -1), 'INVALID_INPUT'],
    ] as const) {
      const ending = await eventually(() => {
        expect(refused.ending() ?? refused.answers[0]).toBeDefined();
        return JSON.stringify([refused.ending(), refused.answers]);
      });
      expect(ending).toContain(code);
    }
  });
});
