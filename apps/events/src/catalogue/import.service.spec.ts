import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Test, type TestingModule } from '@nestjs/testing';
import { Db } from 'mongodb';
import { CATALOGUE_ORGANIZATION_ID, eventsEvents, eventsPlans, type FactsOf } from '#contracts';
import { CLOCK, unwrap } from '#kernel';
import { eventually, FactLine, FixedClock, testSettings } from '#testing';
import type { Event } from '../events/domain/event.ts';
import { SellableSections } from '../seating/application/sellable-sections.ts';
import { seatedCapacity } from '../seating/domain/seated-capacity.ts';
import { ImportCatalogue, type ImportReport } from './application/import-catalogue.ts';
import type { ImportProgress } from './application/import-progress.ts';
import { CatalogueModule } from './catalogue.module.ts';
import { summaryOf } from './transport/terminal.ts';

const CATALOGUE = join(import.meta.dirname, '../../../../data/catalogue');
const SLICE = 700;
const DAY_MS = 24 * 3_600_000;
type Stored = Omit<Event, 'id'> & { _id: string; outboxAt?: Date };

class Watcher implements ImportProgress {
  readonly steps: string[] = [];
  readonly rejections: { file: string; line: number; reason: string }[] = [];
  begin(step: string): void {
    this.steps.push(step);
  }
  advance(): void {}
  end(): void {}
  rejected(file: string, line: number, reason: string): void {
    this.rejections.push({ file, line, reason });
  }
}

const settings = testSettings();
const clock = new FixedClock(new Date('2026-11-21T12:00:00Z'));
let folder: string;
let app: TestingModule;
let db: Db;
let facts: FactLine;
let published: FactsOf<typeof eventsEvents>[];
let publishedSections: FactsOf<typeof eventsPlans>[];
let good: string[];

/** Lines that no import takes, each between good ones. */
const BAD_LINES = [
  'not JSON',
  '',
  '[1,2]',
  '{"@type":"Event"}',
  '{"@type":"Event","name":"\uFFFD"}',
  `"${'x'.repeat(100_001)}"`,
];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'catalogue-'));
  const lines = async (file: string) => (await readFile(join(CATALOGUE, file), 'utf8')).trim().split('\n');
  const events = await lines('events.ndjson');
  // Every eighth line: all years, countries and modes.
  good = events.filter((_, i) => i % 8 === 0).slice(0, SLICE);
  const withBad = [...good.slice(0, 10), ...BAD_LINES, ...good.slice(10), good[0], good[1]];
  await writeFile(join(folder, 'events.ndjson'), `${withBad.join('\n')}\n`);
  const venues = (await lines('venues.ndjson')).filter((line, i) => i % 4 === 0 || line.includes('"CA"'));
  await writeFile(
    join(folder, 'venues.ndjson'),
    [...venues, venues[0]?.replace(/"capacity":\d+/, '"capacity":0')].join('\n'),
  );
  await writeFile(join(folder, 'places.ndjson'), (await lines('places.ndjson')).join('\n'));

  facts = await FactLine.open(settings, [eventsEvents, eventsPlans]);
  publishedSections = await facts.collect(eventsPlans);
  published = await facts.collect(eventsEvents);
  app = await Test.createTestingModule({
    imports: [CatalogueModule.forRoot({ ...settings, AUTH_URL: 'http://127.0.0.1:1' })],
  })
    .overrideProvider(CLOCK)
    .useValue(clock)
    .compile();
  await app.init();
  db = app.get(Db);
});

afterAll(async () => {
  await db.dropDatabase();
  await app.close();
  await facts.close();
  await rm(folder, { recursive: true });
});

function importSlice(watcher = new Watcher(), asIs = false): Promise<ImportReport> {
  return app.get(ImportCatalogue).execute({ folder, asIs }, watcher);
}

function storedEvents(): Promise<Stored[]> {
  return db.collection<Stored>('events').find().sort({ _id: 1 }).toArray();
}

describe('an import', () => {
  it('takes the good lines, reports the bad ones, and the counts add up', async () => {
    const watcher = new Watcher();
    const report = await importSlice(watcher);
    const [places, venues, events] = report.files;
    expect(places).toMatchObject({ lines: 584, imported: 584, alreadyThere: 0, repeated: 0, rejected: 0 });
    expect(venues).toMatchObject({ alreadyThere: 0, repeated: 0, rejected: 1 });
    expect(venues!.imported).toBe(venues!.lines - 1);
    expect(events).toMatchObject({
      lines: SLICE + BAD_LINES.length + 2,
      imported: SLICE,
      alreadyThere: 0,
      repeated: 2,
      rejected: BAD_LINES.length,
    });
    expect(watcher.steps).toEqual(['places.ndjson', 'venues.ndjson', 'events.ndjson', 'facts to Kafka']);
    expect(watcher.rejections).toEqual([
      { file: 'venues.ndjson', line: venues!.lines, reason: expect.stringContaining('capacity') },
      { file: 'events.ndjson', line: 11, reason: 'the line is not JSON' },
      { file: 'events.ndjson', line: 12, reason: 'the line is not JSON' },
      { file: 'events.ndjson', line: 13, reason: expect.any(String) },
      { file: 'events.ndjson', line: 14, reason: expect.stringContaining('identifier') },
      { file: 'events.ndjson', line: 15, reason: 'the line is not UTF-8' },
      { file: 'events.ndjson', line: 16, reason: 'the line is too long' },
    ]);
    expect(await db.collection('places').countDocuments()).toBe(584);
    expect(await db.collection('venues').countDocuments()).toBe(venues!.imported);
    expect(summaryOf(report)).toMatch(/events\.ndjson +708 +700 +2 +6 /);
  });

  it('leaves published events of the catalogue in the coming months, and none of their facts behind', async () => {
    const stored = await storedEvents();
    expect(stored).toHaveLength(SLICE);
    for (const event of stored) {
      expect(event).toMatchObject({
        organizationId: CATALOGUE_ORGANIZATION_ID,
        status: 'PUBLISHED',
        version: 2,
      });
      expect(event.startsAt.getTime()).toBeGreaterThan(clock.now().getTime());
      expect(event.endsAt.getTime()).toBeLessThan(clock.now().getTime() + 550 * DAY_MS);
      expect(event.ticketTypes.length).toBeGreaterThan(0);
      expect(event).not.toHaveProperty('outboxAt');
    }
    expect(stored.filter(({ venue }) => venue).length).toBeGreaterThan(10);
    await eventually(() => expect(published).toHaveLength(SLICE));
    expect(new Set(published.map(({ aggregateId }) => aggregateId)).size).toBe(SLICE);
    expect(
      published.every(({ type, aggregateVersion }) => type === 'EventPublished' && aggregateVersion === 2),
    ).toBe(true);
  });

  it('makes a few of them seated, whose plans are published before them', async () => {
    const seated = (await storedEvents()).filter(({ planId }) => planId !== undefined);
    expect(seated.length).toBeGreaterThan(0);
    expect(seated.length).toBeLessThanOrEqual(20);
    for (const { planId, ticketTypes, venue } of seated) {
      const plan = await app.get(SellableSections).ofPlan(planId!);
      expect(plan).toMatchObject({ status: 'PUBLISHED', venueId: venue!.id });
      const capacities = ticketTypes.map(({ capacity }) => capacity);
      expect(unwrap(seatedCapacity(plan!.sections, ticketTypes))).toEqual(capacities);
      await eventually(() => {
        const sections = publishedSections.filter(({ payload }) => payload.planId === planId);
        expect(sections).toHaveLength(plan!.sections.size);
      });
    }
    const fact = published.find(({ aggregateId }) => aggregateId === seated[0]!._id);
    expect(fact?.payload).toMatchObject({
      planId: seated[0]!.planId,
      ticketTypes: seated[0]!.ticketTypes.map(({ sectionIds }) => ({ sectionIds })),
    });
  });

  it('on another day, and another way, changes nothing: not even what an organizer has changed', async () => {
    const [first] = await storedEvents();
    await db
      .collection<Stored>('events')
      .updateOne({ _id: first!._id }, { $set: { name: 'Renamed', version: 3 } });
    const before = await storedEvents();
    clock.advance(45 * DAY_MS);
    for (const asIs of [false, true]) {
      const { files, facts: factCount } = await importSlice(new Watcher(), asIs);
      expect(files[2]).toMatchObject({
        imported: 0,
        alreadyThere: SLICE,
        repeated: 2,
        rejected: BAD_LINES.length,
      });
      expect(factCount).toBe(0);
    }
    expect(await storedEvents()).toEqual(before);
  });

  it('as history keeps the days', async () => {
    await db.collection('events').deleteMany({});
    const { files } = await importSlice(new Watcher(), true);
    expect(files[2]).toMatchObject({ imported: SLICE });
    for (const event of await storedEvents()) {
      expect(event).toMatchObject({ status: 'PUBLISHED', ticketTypes: [] });
      expect(Math.abs(event.startsAt.getTime() - Date.parse(event.origin!.originalStartDate))).toBeLessThan(
        DAY_MS,
      );
    }
  });

  it('fails, naming the file, where there is no catalogue', async () => {
    await expect(
      app.get(ImportCatalogue).execute({ folder: '/nowhere', asIs: false }, new Watcher()),
    ).rejects.toThrow('/nowhere/places.ndjson');
  });
});
