import { badCursorsTaken, eventually, type GraphClient } from '#testing';
import type { eventsPlans, FactsOf } from '#contracts';
import { CREATE_VENUE, EventDesk, hall, ORGANIZATION } from '../../test/event-desk.ts';
import {
  CREATE_PLAN,
  DRAWING,
  GENERATE_PLAN,
  PLAN_BY_ID,
  PLANS_OF_VENUE,
  PUBLISH_PLAN,
  smallHall,
  UPDATE_PLAN,
} from '../../test/seating-desk.ts';
import { FinishPublications } from './application/finish-publications.ts';
import { SellableSections } from './application/sellable-sections.ts';
import { generateLayout } from './domain/generator/generate-layout.ts';
import { beginPublication } from './domain/seating-plan.ts';
import { PlansRepository } from './infrastructure/plans.repository.ts';

let desk: EventDesk;
let facts: readonly FactsOf<typeof eventsPlans>[];
let manager: GraphClient;

beforeAll(async () => {
  desk = await EventDesk.open();
  manager = desk.manager;
  facts = await desk.planFacts();
});

afterAll(() => desk.close());

function heading(change: Record<string, unknown> = {}) {
  return { organizationId: ORGANIZATION, venueId: desk.venueId, name: 'As usual', ...change };
}

async function draft(change: Record<string, unknown> = {}): Promise<string> {
  const input = heading({ plan: smallHall, ...change });
  return String((await manager.expect('SeatingPlan', CREATE_PLAN, { input })).id);
}

async function arenaOf(capacity: number): Promise<string> {
  return String((await manager.expect('Venue', CREATE_VENUE, { input: { ...hall, capacity } })).id);
}

function factsOf(planId: string) {
  return facts.filter(({ payload }) => payload.planId === planId);
}

describe('a seating plan', () => {
  it('of a document is a draft that only its organization sees', async () => {
    const plan = await manager.expect('SeatingPlan', CREATE_PLAN, { input: heading({ plan: smallHall }) });
    expect(plan).toMatchObject({
      name: 'As usual',
      status: 'DRAFT',
      version: 1,
      organization: { id: ORGANIZATION },
      venue: { id: desk.venueId },
      seats: 9,
      sellable: 8,
      accessible: 1,
      sections: [{ sectionId: 'stalls', name: 'Stalls', group: null, seats: 9, sellable: 8, accessible: 1 }],
      publishedAt: null,
    });
    const { seatingPlan } = await manager.data(PLAN_BY_ID, { id: plan.id });
    expect(seatingPlan.document).toEqual(smallHall);
    for (const stranger of [desk.anyone, await desk.as('OWNER', 'org-2')]) {
      expect(await stranger.data(PLAN_BY_ID, { id: plan.id })).toEqual({ seatingPlan: null });
      expect((await stranger.data(PLANS_OF_VENUE, { id: desk.venueId })).venue.seatingPlans.nodes).toEqual(
        [],
      );
    }
  });

  it('is drawn by its outline, rows and seats', async () => {
    const id = await draft();
    const { seatingPlan: plan } = await manager.data(DRAWING, { id, sectionIds: ['stalls'] });
    expect(plan.stage).toEqual(smallHall.stage);
    expect(plan.bounds).toEqual(smallHall.bounds);
    expect(plan.section.outline.slice(0, 4)).toEqual([-1, 5, -0.5, 5]);
    expect(plan.section.rows).toMatchObject([
      { label: 'A', seats: 5, distance: 3 },
      { label: 'B', seats: 4, distance: expect.closeTo(4.07, 1) },
    ]);
    const [seats] = plan.seatMap;
    expect(seats.ids.slice(0, 6)).toEqual(
      ['A-5', 'A-3', 'A-1', 'A-2', 'A-4', 'B-1'].map((seat) => `stalls-${seat}`),
    );
    expect(seats.x.slice(0, 6)).toEqual([-1, -0.5, 0, 1, 1.5, -1]);
    expect(seats.y.slice(0, 6)).toEqual([5, 5, 5, 5, 5, 6]);
    expect(seats).toMatchObject({
      accessible: ['stalls-B-1'],
      companion: ['stalls-B-2'],
      blocked: ['stalls-B-4'],
    });
  });

  it('is made by managers of the organization, for a venue that exists, in the form of the schema', async () => {
    const input = heading({ plan: smallHall });
    await desk.anyone.expect('NotSignedIn', CREATE_PLAN, { input });
    await (await desk.as('SCANNER')).expect('NotPermitted', CREATE_PLAN, { input });
    const other = heading({ plan: smallHall, venueId: 'nowhere' });
    await manager.expect('NotFound', CREATE_PLAN, { input: other });
    const misspelt = { ...smallHall, sections: [{ ...smallHall.sections[0], colour: 'red' }] };
    expect(
      await manager.expect('InvalidInput', CREATE_PLAN, { input: heading({ plan: misspelt }) }),
    ).toMatchObject({ field: 'plan.sections.0', message: expect.stringContaining('colour') });
    expect(
      await manager.expect('InvalidInput', CREATE_PLAN, { input: heading({ plan: 'stalls' }) }),
    ).toMatchObject({ field: 'plan' });
    const large = heading({ shape: 'THEATRE', seats: 501 });
    expect(await manager.expect('InvalidInput', GENERATE_PLAN, { input: large })).toMatchObject({
      field: 'seats',
      message: expect.stringContaining('the venue holds 500 people'),
    });
  });

  it('of 60,000 seats comes in one request, and goes out section by section', async () => {
    const layout = generateLayout({ shape: 'STADIUM', seats: 60_000, accessibleShare: 0.01 });
    const venueId = await arenaOf(60_000);
    const input = heading({ venueId, plan: layout });
    const plan = await manager.expect('SeatingPlan', CREATE_PLAN, { input });
    expect(plan.seats).toBe(60_000);
    const drawing = (count: number) => {
      const sectionIds = layout.sections.slice(0, count).map(({ id }) => id);
      return manager.ask(DRAWING, { id: plan.id, sectionIds });
    };
    const { data } = await drawing(3);
    expect(data.seatingPlan.seatMap).toHaveLength(3);
    expect((await drawing(84)).errors?.[0]?.message).toContain('ask for at most 10000 at once');
  });

  it('changes as a draft, and never once it is published', async () => {
    const id = await draft();
    const renamed = await manager.expect('SeatingPlan', UPDATE_PLAN, { id, input: { name: 'In the round' } });
    expect(renamed).toMatchObject({ name: 'In the round', version: 2, seats: 9 });
    const [stalls] = smallHall.sections;
    const plan = { ...smallHall, sections: [{ ...stalls, rows: stalls?.rows.slice(0, 1) }] };
    expect(await manager.expect('SeatingPlan', UPDATE_PLAN, { id, input: { plan } })).toMatchObject({
      name: 'In the round',
      version: 3,
      seats: 5,
    });
    await (
      await desk.as('MANAGER', 'org-2')
    ).expect('NotFound', UPDATE_PLAN, { id, input: { name: 'Mine' } });
    await manager.expect('SeatingPlan', PUBLISH_PLAN, { id });
    expect(await manager.expect('WrongState', UPDATE_PLAN, { id, input: { name: 'Late' } })).toMatchObject({
      currentState: 'PUBLISHED',
    });
  });
});

describe('a publication', () => {
  it('says each section in a fact of its own, also of more sections than one outbox holds, and says it once', async () => {
    const venueId = await arenaOf(25_000);
    const order = heading({ venueId, shape: 'ARENA', seats: 25_000 });
    const { id } = await manager.expect('SeatingPlan', GENERATE_PLAN, { input: order });
    const plan = await manager.expect('SeatingPlan', PUBLISH_PLAN, { id });
    expect(plan).toMatchObject({ status: 'PUBLISHED', version: 3, publishedAt: expect.any(String) });
    expect(plan.sections.length).toBeGreaterThan(64);
    expect(await manager.expect('SeatingPlan', PUBLISH_PLAN, { id })).toEqual(plan);
    await eventually(() => expect(factsOf(id)).toHaveLength(plan.sections.length));
    for (const { aggregateId, aggregateVersion, payload } of factsOf(id)) {
      expect(aggregateId).toBe(`${id}:${payload.sectionId}`);
      expect(aggregateVersion).toBe(3);
      expect(payload).toMatchObject({ planVersion: 3, venueId, sectionCount: plan.sections.length });
    }
    expect(factsOf(id).reduce((sum, { payload }) => sum + payload.seats, 0)).toBe(25_000);
  });

  it('tells whoever will choose seats what they need: runs, nearness, and what is not for everyone', async () => {
    const id = await draft();
    await manager.expect('SeatingPlan', PUBLISH_PLAN, { id });
    const [fact] = await eventually(() => {
      expect(factsOf(id)).toHaveLength(1);
      return factsOf(id);
    });
    expect(fact?.payload).toMatchObject({
      sectionId: 'stalls',
      seats: 8,
      rows: [
        {
          label: 'A',
          distance: 3,
          runs: [
            { first: 5, count: 3, step: -2 },
            { first: 2, count: 2, step: 2 },
          ],
          accessible: [],
          blocked: [],
        },
        { label: 'B', runs: [{ first: 1, count: 4, step: 1 }], accessible: [1], blocked: [4] },
      ],
    });
  });

  it('is seen by everyone, in the list of its venue and by what sells its seats', async () => {
    const venueId = await arenaOf(100);
    const ids = [await draft({ venueId }), await draft({ venueId }), await draft({ venueId })];
    await manager.expect('SeatingPlan', PUBLISH_PLAN, { id: ids[0] });
    const listed = async (client: GraphClient, page = {}) =>
      (await client.data(PLANS_OF_VENUE, { id: venueId, ...page })).venue.seatingPlans;
    expect((await listed(desk.anyone)).nodes).toMatchObject([{ id: ids[0] }]);
    const first = await listed(manager, { first: 2 });
    expect(first).toMatchObject({ nodes: [{ id: ids[2] }, { id: ids[1] }], pageInfo: { hasNextPage: true } });
    expect(await listed(manager, { first: 2, after: first.pageInfo.endCursor })).toMatchObject({
      nodes: [{ id: ids[0] }],
      pageInfo: { hasNextPage: false },
    });
    expect(await badCursorsTaken(manager, PLANS_OF_VENUE, { id: venueId })).toEqual([]);
    const sellable = desk.service.app.get(SellableSections);
    expect(await sellable.ofPlan(ids[0] ?? '')).toEqual({
      organizationId: ORGANIZATION,
      venueId,
      status: 'PUBLISHED',
      sections: new Map([['stalls', { name: 'Stalls', seats: 8 }]]),
    });
    expect(await sellable.ofPlan('none')).toBeUndefined();
  });

  it('cut off before its plan says so is ended by repeating the command, without telling anything twice', async () => {
    const id = await draft();
    const collection = Reflect.get(desk.service.app.get(PlansRepository), 'plans');
    const { updateOne } = collection;
    let writes = 0;
    // The write that fixes the plan goes through; the one that says PUBLISHED, behind the sections, does not.
    collection.updateOne = (...args: unknown[]) => {
      if (++writes === 2) throw new Error('killed');
      return updateOne.apply(collection, args);
    };
    const cut = await manager.ask(PUBLISH_PLAN, { id });
    collection.updateOne = updateOne;
    expect(cut.errors?.[0]?.extensions).toMatchObject({ code: 'INTERNAL_SERVER_ERROR' });
    expect((await manager.data(PLAN_BY_ID, { id })).seatingPlan).toMatchObject({ status: 'PUBLISHING' });
    expect(await manager.expect('WrongState', UPDATE_PLAN, { id, input: { name: 'Late' } })).toMatchObject({
      currentState: 'PUBLISHING',
    });
    expect(await manager.expect('SeatingPlan', PUBLISH_PLAN, { id })).toMatchObject({ status: 'PUBLISHED' });
    await eventually(() => expect(factsOf(id).length).toBeGreaterThan(0));
    expect(new Set(factsOf(id).map((fact) => fact.id)).size).toBe(1);
  });

  it('cut off before its sections are written is ended by the sweep', async () => {
    const plans = desk.service.app.get(PlansRepository);
    const finish = desk.service.app.get(FinishPublications);
    const id = await draft();
    const plan = await plans.findLaidOut(id);
    const longAgo = new Date(Date.now() - 60_000);
    expect(await plans.save(plan!, beginPublication(plan!), longAgo)).toBe(true);
    expect(factsOf(id)).toEqual([]);
    expect(await finish.execute()).toBe(1);
    expect(await finish.execute()).toBe(0);
    expect(await plans.find(id)).toMatchObject({ status: 'PUBLISHED', version: 3 });
    await eventually(() => expect(factsOf(id)).toHaveLength(1));
  });
});
