import { mock } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Collection } from 'mongodb';
import { CATALOGUE_ORGANIZATION_ID } from '#contracts';
import { PAGE_MAX_AGE_MS } from '#persistence';
import { badCursorsTaken } from '#testing';
import {
  CANCEL,
  ENTITIES,
  euros,
  EventDesk,
  inDays,
  LIST,
  MINE,
  ORGANIZATION,
} from '../../test/event-desk.ts';

let desk: EventDesk;

beforeAll(async () => {
  desk = await EventDesk.open();
});

afterAll(() => desk.close());

describe('the lists', () => {
  const KEYWORD = 'paging';
  let expected: { id: string; startsAt: string }[];

  beforeAll(async () => {
    const soon = Date.parse(inDays(39));
    const starts = [1, 1, 1, 2, 0, 6, 6, 11].map((days) =>
      new Date(soon + days * 24 * 3_600_000).toISOString(),
    );
    expected = [];
    for (const [i, startsAt] of starts.entries()) {
      const endsAt = new Date(Date.parse(startsAt) + 3_600_000).toISOString();
      const mode = i % 2 ? { mode: 'ONLINE', venueId: null, timeZone: 'UTC' } : {};
      expected.push(
        await desk.onSale({
          name: `Listed ${i}`,
          keywords: [KEYWORD],
          category: i < 3 ? 'MUSIC' : 'SPORT',
          startsAt,
          endsAt,
          ...mode,
        }),
      );
    }
    expected.sort((a, b) => (a.startsAt + a.id < b.startsAt + b.id ? -1 : 1));
  });

  it.each([1, 2, 3, 100])(
    'show upcoming events soonest first in pages of %i, none skipped or repeated',
    async (first) => {
      const ids = await desk.walk(LIST, 'events', { first, filter: { keyword: KEYWORD } });
      expect(ids).toEqual(expected.map(({ id }) => id));
    },
  );

  it('leave out what is over and what the filter does not want', async () => {
    const list = async (filter: Record<string, unknown>) =>
      desk.walk(LIST, 'events', { filter: { keyword: KEYWORD, ...filter } });
    expect(await list({ mode: 'ONLINE' })).toHaveLength(4);
    expect(await list({ category: 'MUSIC' })).toHaveLength(3);
    expect(await list({ category: 'THEATRE' })).toHaveLength(0);
    expect(await list({ country: 'FR' })).toHaveLength(4);
    expect(await list({ country: 'DE' })).toHaveLength(0);
    const [from] = expected.slice(-3);
    expect(await list({ startsFrom: from!.startsAt })).toEqual(expected.slice(-3).map(({ id }) => id));
    expect(await list({ startsBefore: inDays(39.5) })).toHaveLength(1);
    await desk.service.db
      .collection('events')
      .updateMany({ keywords: KEYWORD, name: 'Listed 4' }, { $set: { endsAt: new Date(Date.now() - 1) } });
    expect(await list({})).toEqual(expected.slice(1).map(({ id }) => id));
  });

  it('show an organization all of its events, newest first, and nobody else', async () => {
    const ids = await desk.walk(MINE, 'organizationEvents', { organizationId: ORGANIZATION, first: 7 });
    const stored = await desk.service.db
      .collection('events')
      .find()
      .sort({ createdAt: -1, _id: -1 })
      .toArray();
    expect(ids).toEqual(stored.map(({ _id }) => String(_id)));
    for (const [graph, code] of [
      [desk.anyone, 'NOT_SIGNED_IN'],
      [await desk.as('OWNER', 'org-2'), 'NOT_PERMITTED'],
    ] as const) {
      const { errors } = await graph.ask(MINE, { organizationId: ORGANIZATION });
      expect(errors?.[0]?.extensions).toEqual({ code });
    }
  });

  it('refuse a cursor of another list', async () => {
    for (const search of [undefined, 'fugues'])
      expect(await badCursorsTaken(desk.anyone, LIST, { search })).toEqual([]);
    expect(await badCursorsTaken(desk.manager, MINE, { organizationId: ORGANIZATION })).toEqual([]);
    const { events } = await desk.anyone.data(LIST, { first: 1 });
    const { errors } = await desk.anyone.ask(LIST, { search: 'fugues', after: events.pageInfo.endCursor });
    expect(errors?.[0]?.message).toContain('after: not a cursor of this list');
  });

  it.each([
    ['first', { first: 0 }],
    ['first', { first: 101 }],
    ['after', { after: 'made up' }],
    ['after', { after: Buffer.from('["x","y"]').toString('base64url') }],
    ['after', { search: 'fugues', after: Buffer.from('["x","y"]').toString('base64url') }],
    ['search', { search: 'x'.repeat(201) }],
    ['filter.country', { filter: { country: 'Frankreich' } }],
  ])('name %s when it is outside its limits', async (field, variables) => {
    const { errors } = await desk.anyone.ask(LIST, variables);
    expect(errors?.[0]).toMatchObject({
      extensions: { code: 'INVALID_INPUT' },
      message: expect.stringContaining(`${field}:`),
    });
  });

  it('are served by an index each', async () => {
    const names = new Set<string>();
    const collect = (plan: unknown): void => {
      if (typeof plan !== 'object' || plan === null) return;
      if ('stage' in plan) expect(plan.stage).not.toBe('COLLSCAN');
      if ('indexName' in plan) names.add(String(plan.indexName));
      for (const value of Object.values(plan)) collect(value);
    };
    const events = desk.service.db.collection('events');
    const listed = { status: 'PUBLISHED', startsAt: { $gte: new Date() } };
    const listings = [
      { filter: listed, index: 'listing' },
      { filter: { ...listed, category: 'MUSIC' }, index: 'listing-by-category' },
      { filter: { ...listed, country: 'FR' }, index: 'listing-by-country' },
      { filter: { ...listed, keywords: KEYWORD }, index: 'listing-by-keyword' },
    ];
    for (const { filter, index } of listings) {
      const { queryPlanner } = await events.find(filter).sort({ startsAt: 1, _id: 1 }).hint(index).explain();
      expect(JSON.stringify(queryPlanner.winningPlan)).not.toContain('"SORT"');
      collect(queryPlanner.winningPlan);
    }
    collect(
      (await events.find({ organizationId: ORGANIZATION }).sort({ createdAt: -1, _id: -1 }).explain())
        .queryPlanner.winningPlan,
    );
    collect((await events.find({ 'ticketTypes.id': { $in: ['x'] } }).explain()).queryPlanner.winningPlan);
    collect(
      (await events.find({ status: 'PUBLISHED', $text: { $search: 'x' } }).explain()).queryPlanner
        .winningPlan,
    );
    expect([...names].sort()).toEqual([
      'listing',
      'listing-by-category',
      'listing-by-country',
      'listing-by-keyword',
      'organization',
      'search',
      'ticket-types',
    ]);
  });
});

describe('search', () => {
  let inName: string;
  let inDescription: string;

  beforeAll(async () => {
    ({ id: inName } = await desk.onSale({ name: 'Zauberflöte in concert', description: 'An opera' }));
    ({ id: inDescription } = await desk.onSale({
      name: 'Gala night',
      description: 'With arias of the Zauberflöte',
    }));
    await desk.draft({ name: 'Zauberflöte, a draft' });
    await desk.manager.expect('Event', CANCEL, {
      id: (await desk.onSale({ name: 'Zauberflöte, cancelled' })).id,
    });
  });

  it('finds published events by words of name and text, the name counting most, whatever case and accents', async () => {
    expect(await desk.walk(LIST, 'events', { search: 'ZAUBERFLOTE' })).toEqual([inName, inDescription]);
    expect(await desk.walk(LIST, 'events', { search: 'zauberflöte gala' })).toEqual([inDescription]);
    expect(await desk.walk(LIST, 'events', { search: 'zauberflöte "grand -hall' })).toEqual([
      inName,
      inDescription,
    ]);
    expect(await desk.walk(LIST, 'events', { search: 'zauberflöte nothing' })).toEqual([]);
    expect(await desk.walk(LIST, 'events', { search: 'zauberflöte', filter: { mode: 'ONLINE' } })).toEqual(
      [],
    );
  });

  it('pages without skipping or repeating, also among equals', async () => {
    const whole = await desk.walk(LIST, 'events', { search: 'lyon', first: 100 });
    expect(whole.length).toBeGreaterThan(4);
    expect(new Set(whole).size).toBe(whole.length);
    expect(await desk.walk(LIST, 'events', { search: 'lyon', first: 2 })).toEqual(whole);
  });

  it('of nothing lists everything', async () => {
    expect(await desk.walk(LIST, 'events', { search: '  … ', first: 100 })).toEqual(
      await desk.walk(LIST, 'events', { first: 100 }),
    );
  });
});

describe('references', () => {
  it('of 50 events and their ticket types cost one query for each kind', async () => {
    const now = new Date();
    const stored = Array.from({ length: 50 }, (_, i) => ({
      _id: `BATCH${i}`,
      version: 2,
      organizationId: CATALOGUE_ORGANIZATION_ID,
      status: 'PUBLISHED',
      name: `Batch ${i}`,
      venue: { id: desk.venueId, name: 'Grand Hall', capacity: 500 },
      startsAt: now,
      endsAt: now,
      ticketTypes: [
        {
          id: `type-${i}`,
          name: 'Regular',
          basePrice: euros(1),
          pricing: { mode: 'FIXED' },
          capacity: 1,
          maxPerOrder: 1,
        },
      ],
      keywords: [],
    }));
    await desk.service.db.collection<(typeof stored)[number]>('events').insertMany(stored);
    const representations = stored.flatMap(({ _id, ticketTypes }) => [
      { __typename: 'Event', id: _id },
      { __typename: 'TicketType', id: ticketTypes[0]!.id },
    ]);
    // What other tests have asked for is forgotten by then.
    await sleep(PAGE_MAX_AGE_MS + 100);
    const queries = mock.method(Collection.prototype, 'find');
    const { _entities } = await desk.anyone.data(ENTITIES, { representations });
    const asked = queries.mock.calls
      .filter(({ arguments: [filter] }) => !('outboxAt' in (filter ?? {})))
      .map(({ this: collection }) => (collection as Collection).collectionName);
    queries.mock.restore();
    // Events by id, events by ticket type, venues by id; the relay's sweep asks for its own.
    expect(asked.sort()).toEqual(['events', 'events', 'venues']);
    expect(_entities).toHaveLength(100);
    expect(_entities[0]).toMatchObject({ id: 'BATCH0', venue: { name: 'Grand Hall' } });
    expect(_entities[99]).toMatchObject({ id: 'type-49', event: { id: 'BATCH49' } });
    await desk.service.db
      .collection<{ _id: string }>('events')
      .deleteMany({ _id: { $in: stored.map(({ _id }) => _id) } });
  });

  it('to what does not exist are null', async () => {
    const representations = ['Event', 'TicketType', 'Venue'].map((__typename) => ({
      __typename,
      id: 'none',
    }));
    expect((await desk.anyone.data(ENTITIES, { representations }))._entities).toEqual([null, null, null]);
  });
});
