/* oxlint-disable typescript/no-explicit-any -- a test reads answers of any shape and asserts what is in them */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  eventsEvents,
  type Fact,
  type FactsOf,
  pricingPrices,
  type PricingPolicy,
  type PublishedEvent,
  ticketsDemand,
} from '#contracts';
import { money, randomIds } from '#kernel';
import {
  eventually,
  FactLine,
  publishedEvent,
  publishedTicketType,
  RunningService,
  TestAuthority,
  testSettings,
} from '#testing';
import { ReviewDuePrices } from '../src/prices/application/review-due-prices.ts';
import { PriceBooksRepository } from '../src/prices/infrastructure/price-books.repository.ts';
import { PricingModule } from '../src/pricing.module.ts';
import { TicketTypesRepository } from '../src/ticket-types/infrastructure/ticket-types.repository.ts';

const settings = testSettings();
let service: RunningService;
let authority: TestAuthority;
let line: FactLine;
let published: FactsOf<typeof pricingPrices>[];

beforeAll(async () => {
  line = await FactLine.open(settings, [eventsEvents, ticketsDemand, pricingPrices]);
  authority = await TestAuthority.start();
  const module = PricingModule.forRoot({ ...settings, AUTH_URL: authority.url });
  service = await RunningService.start('pricing', module, settings);
  published = await line.collect(pricingPrices);
});

afterAll(async () => {
  await service.close();
  await line.close();
  await authority.close();
});

const ORGANIZATION = randomIds.uuid();
const FLOOR = 3_000;
const CEILING = 5_000;
const COOLDOWN_S = 1;

const byDemand: PricingPolicy = {
  mode: 'DEMAND',
  floor: money(FLOOR, 'EUR'),
  ceiling: money(CEILING, 'EUR'),
  cooldownS: COOLDOWN_S,
};

interface Sale {
  readonly eventId: string;
  readonly demandPriced: string;
  readonly fixed: string;
}

function newSale(): Sale {
  const eventId = randomIds.eventId();
  return { eventId, demandPriced: randomIds.uuid(), fixed: randomIds.uuid() };
}

function eventOf({ eventId, demandPriced, fixed }: Sale, over: Partial<PublishedEvent> = {}): PublishedEvent {
  const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString();
  const terms = { basePrice: money(4_000, 'EUR'), capacity: 200, maxPerOrder: 10 };
  return publishedEvent({
    eventId,
    organizationId: ORGANIZATION,
    startsAt: inDays(30),
    endsAt: inDays(31),
    salesStartAt: inDays(-0.01),
    salesEndAt: inDays(30),
    publishedAt: inDays(-0.01),
    ticketTypes: [
      publishedTicketType({ ...terms, ticketTypeId: demandPriced, name: 'Floor', pricing: byDemand }),
      publishedTicketType({ ...terms, ticketTypeId: fixed, name: 'Seats' }),
    ],
    ...over,
  });
}

const publish = (sale: Sale, version = 1, over: Partial<PublishedEvent> = {}): Promise<Fact> =>
  line.publish(eventsEvents, 'EventPublished', { id: sale.eventId, version }, eventOf(sale, over));

const unitsOf = (sale: Sale, ticketTypeId: string, quantity: number) => ({
  eventId: sale.eventId,
  ticketTypeId,
  quantity,
  unitPrice: money(4_000, 'EUR'),
  orderId: randomIds.uuid(),
  accountId: randomIds.uuid(),
});

const sell = (sale: Sale, ticketTypeId: string, quantity: number): Promise<Fact> =>
  line.publish(
    ticketsDemand,
    'UnitsSold',
    { id: ticketTypeId, version: 0 },
    unitsOf(sale, ticketTypeId, quantity),
  );

const changesOf = (ticketTypeId: string) => published.filter((fact) => fact.aggregateId === ticketTypeId);

const PRICE = `price { current { amount currency formatted } floor { amount } ceiling { amount } since reason }`;
const HISTORY = `priceHistory(first: $first) {
  price { amount } previous { amount } recommended { amount } reason unitsSold changedAt }`;
const ENTITIES = `query ($representations: [_Any!]!, $first: Int) { _entities(representations: $representations) {
  ... on TicketType { id ${PRICE} ${HISTORY} }
  ... on Event { id pricing { lowest { amount } highest { amount } demandPriced } } } }`;

async function entities(
  kind: 'TicketType' | 'Event',
  ids: readonly string[],
  first = 20,
  graph = service.graph,
) {
  const representations = ids.map((id) => ({ __typename: kind, id }));
  const { _entities } = await graph.data(ENTITIES, { representations, first });
  return _entities;
}

const ticketTypeOf = async (id: string, first?: number) => (await entities('TicketType', [id], first))[0];

async function countsOf(ticketTypeId: string): Promise<Record<string, number> | undefined> {
  const demand = service.db.collection<{ _id: string; counts: Record<string, number> }>('demand');
  return (await demand.findOne({ _id: ticketTypeId }))?.counts;
}

describe('a ticket type that pricing has learnt of', () => {
  it('costs its base price, without a fact', async () => {
    const sale = newSale();
    await publish(sale);
    await eventually(async () => {
      const { price, priceHistory } = await ticketTypeOf(sale.demandPriced);
      expect(price).toMatchObject({
        current: { amount: 4_000, currency: 'EUR', formatted: 'EUR 40.00' },
        reason: 'BASE_PRICE',
      });
      expect(priceHistory).toEqual([]);
    });
    const [event] = await entities('Event', [sale.eventId]);
    expect(event.pricing).toEqual({
      lowest: { amount: 4_000 },
      highest: { amount: 4_000 },
      demandPriced: true,
    });
    expect(changesOf(sale.demandPriced)).toEqual([]);
  });

  it('shows the limits of its price to members of its organization only', async () => {
    const sale = newSale();
    await publish(sale);
    const ids = [sale.demandPriced, sale.fixed];
    const limitsSeenBy = async (...organizationIds: string[]) => {
      const memberships = Object.fromEntries(organizationIds.map((id) => [id, 'MANAGER' as const]));
      const token = await authority.token({ userId: randomIds.uuid(), memberships });
      const found = await entities('TicketType', ids, 1, service.graph.as(token));
      return found.map(({ price }: { price: any }) => [price.floor?.amount, price.ceiling?.amount]);
    };
    const limits = [
      [FLOOR, CEILING],
      [4_000, 4_000],
    ];
    await eventually(async () => expect(await limitsSeenBy(ORGANIZATION)).toEqual(limits));
    const nothing = [
      [undefined, undefined],
      [undefined, undefined],
    ];
    expect(await limitsSeenBy('another')).toEqual(nothing);
    const [open] = await entities('TicketType', ids);
    expect(open.price).toMatchObject({ current: { amount: 4_000 }, floor: null, ceiling: null });
  });

  it('has no price before', async () => {
    const [unknown] = await entities('TicketType', ['unknown']);
    expect(unknown).toMatchObject({ price: null, priceHistory: [] });
    const [event] = await entities('Event', ['UNKNOWN']);
    expect(event.pricing).toBeNull();
  });

  it('is shown as the newest version of its event has it, whichever comes last', async () => {
    const sale = newSale();
    const [cheap] = eventOf(sale).ticketTypes;
    const cheaper = { ticketTypes: [{ ...cheap!, basePrice: money(3_500, 'EUR') }] };
    const first = await publish(sale);
    const second = await publish(sale, 2, cheaper);
    await line.repeat(eventsEvents, second);
    await line.repeat(eventsEvents, first);
    await eventually(async () => {
      const { price } = await ticketTypeOf(sale.demandPriced);
      expect(price.current.amount).toBe(3_500);
      const [event] = await entities('Event', [sale.eventId]);
      // The fixed ticket type is no longer part of the event.
      expect(event.pricing.highest.amount).toBe(3_500);
    });
  });
});

describe('demand', () => {
  it('moves the price up inside its limits, each change told on Kafka and kept in the history', async () => {
    const sale = newSale();
    await publish(sale);
    await eventually(async () => expect((await ticketTypeOf(sale.demandPriced)).price).not.toBeNull());
    for (let i = 0; i < 20; i++) {
      await sell(sale, sale.demandPriced, 2);
      await sell(sale, sale.fixed, 2);
    }
    const facts = await eventually(() => {
      const changes = changesOf(sale.demandPriced);
      expect(changes.at(-1)?.payload.price.amount).toBe(CEILING);
      return changes;
    }, 15_000);

    let before = money(4_000, 'EUR');
    for (const [i, { payload, aggregateVersion }] of facts.entries()) {
      expect(aggregateVersion).toBe(i + 1);
      expect(payload).toMatchObject({
        ticketTypeId: sale.demandPriced,
        eventId: sale.eventId,
        previous: before,
      });
      expect(payload.price.amount).toBeGreaterThan(before.amount);
      expect(payload.price.amount - before.amount).toBeLessThanOrEqual(before.amount * 0.05);
      expect(payload.recommended.amount).toBeGreaterThanOrEqual(payload.price.amount);
      const previousAt = facts[i - 1]?.payload.changedAt;
      const restMs = previousAt ? Date.parse(payload.changedAt) - Date.parse(previousAt) : Infinity;
      expect(restMs).toBeGreaterThanOrEqual(COOLDOWN_S * 1_000);
      before = payload.price;
    }
    expect(facts.at(-1)?.payload).toMatchObject({ reason: 'CEILING', unitsSold: 40 });

    const { price, priceHistory } = await ticketTypeOf(sale.demandPriced);
    expect(price).toMatchObject({ current: { amount: CEILING }, reason: 'CEILING' });
    const told = facts.map(({ payload }) => payload.changedAt).toReversed();
    expect(priceHistory.map((change: { changedAt: string }) => change.changedAt)).toEqual(told);
    const [newest] = (await ticketTypeOf(sale.demandPriced, 1)).priceHistory;
    expect(newest).toEqual(priceHistory[0]);

    // As many units of a fixed price were sold meanwhile.
    expect(await countsOf(sale.fixed)).toMatchObject({ unitsSold: 40 });
    expect(changesOf(sale.fixed)).toEqual([]);
    expect((await ticketTypeOf(sale.fixed)).price).toMatchObject({
      current: { amount: 4_000 },
      reason: 'BASE_PRICE',
    });
    const [event] = await entities('Event', [sale.eventId]);
    expect(event.pricing).toMatchObject({ lowest: { amount: 4_000 }, highest: { amount: CEILING } });
  }, 30_000);

  it('traces a change back to the demand that caused it', async () => {
    const sale = newSale();
    await publish(sale);
    const sold = await sell(sale, sale.demandPriced, 50);
    await eventually(() => {
      expect(changesOf(sale.demandPriced)[0]).toMatchObject({
        correlationId: sold.correlationId,
        causationId: sold.id,
      });
    });
  });

  it('counts each fact once, repeated and out of order', async () => {
    const sale = newSale();
    await publish(sale);
    const aggregate = { id: sale.fixed, version: 0 };
    const units = unitsOf(sale, sale.fixed, 3);
    const { orderId: _, ...held } = { ...units, holdId: randomIds.uuid() };
    const facts = [
      await line.publish(ticketsDemand, 'UnitsReturned', aggregate, { ...units, quantity: 1 }),
      await line.publish(ticketsDemand, 'HoldExpired', aggregate, { ...held, quantity: 2 }),
      await line.publish(ticketsDemand, 'UnitsSold', aggregate, units),
      await line.publish(ticketsDemand, 'HoldPlaced', aggregate, held),
      await line.publish(ticketsDemand, 'HoldReleased', aggregate, { ...held, quantity: 1 }),
      await line.publish(ticketsDemand, 'DemandRefused', aggregate, {
        eventId: sale.eventId,
        ticketTypeId: sale.fixed,
        refusals: 2,
        units: 5,
        accounts: 1,
        second: '2027-01-01T12:00:00Z',
      }),
    ];
    for (const fact of facts.toReversed()) await line.repeat(ticketsDemand, fact);
    await line.repeat(ticketsDemand, facts[2]!);
    await sell(sale, sale.fixed, 4);
    await eventually(async () => expect((await countsOf(sale.fixed))?.['unitsSold']).toBe(7));
    expect(await countsOf(sale.fixed)).toEqual({
      unitsHeld: 3,
      unitsReleased: 1,
      unitsExpired: 2,
      unitsSold: 7,
      unitsReturned: 1,
      unitsRefused: 5,
      refusals: 2,
    });
  });

  it('that comes before its event is not lost', async () => {
    const sale = newSale();
    await sell(sale, sale.demandPriced, 50);
    await eventually(async () => expect(await countsOf(sale.demandPriced)).toMatchObject({ unitsSold: 50 }));
    await sleep(500);
    await publish(sale);
    await eventually(() => expect(changesOf(sale.demandPriced).length).toBeGreaterThan(0));
  });

  it('for a cancelled event moves nothing', async () => {
    const sale = newSale();
    await publish(sale, 2, { status: 'CANCELLED' });
    await eventually(async () => expect((await ticketTypeOf(sale.demandPriced)).price).not.toBeNull());
    await sell(sale, sale.demandPriced, 50);
    const demand = service.db.collection<{ _id: string }>('demand');
    await eventually(async () => {
      const found = await demand.findOne({ _id: sale.demandPriced });
      expect(found).toMatchObject({ counts: { unitsSold: 50 } });
      expect(found).not.toHaveProperty('dueAt');
    });
    expect(changesOf(sale.demandPriced)).toEqual([]);
  });
});

describe('many processes', () => {
  it('publish each version of a price once', async () => {
    const sale = newSale();
    await publish(sale);
    await eventually(async () => expect((await ticketTypeOf(sale.demandPriced)).price).not.toBeNull());
    const reviews = service.app.get(ReviewDuePrices);
    const demand = service.db.collection<{ _id: string }>('demand');
    await sell(sale, sale.demandPriced, 50);
    for (let round = 0; round < 8; round++) {
      await demand.updateOne({ _id: sale.demandPriced }, { $set: { dueAt: new Date(0) } });
      await Promise.all(Array.from({ length: 4 }, () => reviews.execute()));
      await sleep(150);
    }
    await eventually(() => expect(changesOf(sale.demandPriced).length).toBeGreaterThanOrEqual(2));
    const versions = changesOf(sale.demandPriced).map(({ aggregateVersion }) => aggregateVersion);
    expect(new Set(versions).size).toBe(versions.length);
    const { priceHistory } = await ticketTypeOf(sale.demandPriced);
    expect(priceHistory.length).toBeGreaterThanOrEqual(versions.length);
  });

  it('write a version of a book once, also when they decide at the same instant', async () => {
    const sale = newSale();
    await publish(sale);
    const ticketTypes = service.app.get(TicketTypesRepository);
    await eventually(async () => expect((await ticketTypes.findMany([sale.fixed])).size).toBe(1));
    const books = service.app.get(PriceBooksRepository);
    const now = new Date();
    const book = {
      ticketTypeId: sale.fixed,
      eventId: sale.eventId,
      price: money(4_000, 'EUR'),
      since: now,
      reason: 'DEMAND' as const,
      exposure: { total: 0, until: now, onSale: true },
    };
    for (const version of [1, 2]) {
      const saved = await Promise.all(Array.from({ length: 5 }, () => books.save({ ...book, version }, [])));
      expect(saved.filter(Boolean)).toHaveLength(1);
    }
  });
});

describe('the graph', () => {
  it('answers for fifty ticket types with one query of each kind', async () => {
    const books = service.app.get(PriceBooksRepository);
    const asked = { findMany: 0, newestChanges: 0 };
    const findMany = books.findMany.bind(books);
    const newestChanges = books.newestChanges.bind(books);
    const ids = Array.from({ length: 50 }, () => randomIds.uuid());
    books.findMany = (wanted) => {
      // Reviews go on meanwhile and ask for ticket types of their own.
      if (wanted.length === 0 || wanted.some((id) => ids.includes(id))) asked.findMany++;
      return findMany(wanted);
    };
    books.newestChanges = (wanted, limit) => {
      asked.newestChanges++;
      return newestChanges(wanted, limit);
    };
    await expect(entities('TicketType', ids)).resolves.toHaveLength(50);
    expect(asked).toEqual({ findMany: 1, newestChanges: 1 });
    await expect(entities('Event', ids)).resolves.toHaveLength(50);
    expect(asked).toEqual({ findMany: 2, newestChanges: 1 });
  });

  it.each([0, 101])('refuses a page of %i changes and names the argument', async (first) => {
    const representations = [{ __typename: 'TicketType', id: 'any' }];
    const { errors } = await service.graph.ask(ENTITIES, { representations, first });
    expect(errors?.[0]?.message).toMatch(/^first:/);
    expect(errors?.[0]?.extensions?.['code']).toBe('INVALID_INPUT');
  });
});
