/* oxlint-disable typescript/no-explicit-any -- a test reads activities of any shape and asserts what is in them */
import { jest } from '@jest/globals';
import { authOrganizations, checkinAdmissions, pricingPrices, type PublishedEvent } from '#contracts';
import { randomIds } from '#kernel';
import { eventually, GraphStream, type OpenSubscription } from '#testing';
import { BoxOffice } from '../../test/box-office.ts';
import { SalesLogRepository } from '../inventory/infrastructure/sales-log.repository.ts';

const ACTIVITY = `subscription ($eventId: ID!) { eventActivity(eventId: $eventId) { __typename id seq event { id availability { available } }
  ... on UnitsSold { units unitsSold total { amount } order { id buyer { id } } }
  ... on UnitsReturned { units unitsSold total { amount currency } order { id } }
  ... on PriceMoved { price { amount } ticketType { id } }
  ... on TicketScanned { decision reason lane ticket { id status } } } }`;

let office: BoxOffice;
const streams: GraphStream[] = [];

beforeAll(async () => {
  office = await BoxOffice.open();
});

afterAll(async () => {
  for (const stream of streams) stream.terminate();
  await office?.close();
});

function watch(event: PublishedEvent, token?: string, resume?: unknown): OpenSubscription {
  const stream = new GraphStream(office.graph.endpoint, token);
  streams.push(stream);
  return stream.subscribe(
    ACTIVITY,
    { eventId: event.eventId },
    resume === undefined ? undefined : { resume },
  );
}

function activities({ answers }: OpenSubscription): { __typename: string; [field: string]: any }[] {
  return answers.map(({ data, errors }) => {
    expect(errors).toBeUndefined();
    return data.eventActivity;
  });
}

/** Places and kinds of the sales that were seen. */
function sales(seen: OpenSubscription): string[] {
  return activities(seen)
    .filter(({ __typename }) => __typename.startsWith('Units'))
    .map(({ __typename, seq, units, unitsSold }) => `${seq} ${__typename} ${units} → ${unitsSold}`);
}

function loggedOf(event: PublishedEvent): Promise<any[]> {
  const log = office.service.db.collection('sales_log');
  return log.find({ eventId: event.eventId }).sort({ seq: 1 }).toArray();
}

/** How a subscription ended, or was refused. */
function endingOf(seen: OpenSubscription, code: string): Promise<void> {
  return eventually(() => expect(JSON.stringify([seen.ending(), seen.answers.at(-1)])).toContain(code));
}

/** The feed begins with the subscription, and nothing tells a client that it has begun: prices are moved until one is seen. */
async function watching(event: PublishedEvent): Promise<OpenSubscription> {
  const seen = watch(event, await office.ownerToken(event));
  let version = 0;
  await eventually(
    async () => {
      await movePrice(event, ++version);
      expect(seen.answers.length).toBeGreaterThan(0);
    },
    10_000,
    100,
  );
  return seen;
}

async function movePrice(event: PublishedEvent, version: number): Promise<void> {
  const id = event.ticketTypes[0]!.ticketTypeId;
  const price = { amount: 2_000 + version, currency: 'EUR' };
  await office.line.publish(
    pricingPrices,
    'PriceChanged',
    { id, version },
    {
      ticketTypeId: id,
      eventId: event.eventId,
      price,
      previous: { amount: 2_000, currency: 'EUR' },
      reason: 'DEMAND',
      recommended: price,
      unitsSold: 0,
      changedAt: new Date().toISOString(),
    },
  );
}

describe('the activity of an event', () => {
  it('tells its organization of sales, prices and scans, with figures of the moment', async () => {
    const event = await office.publish();
    const seen = await watching(event);
    const { order } = await office.buy(event, 2);
    const second = await office.buy(event, 1);
    await eventually(() => expect(sales(seen)).toHaveLength(2));
    await office.line.publish(
      checkinAdmissions,
      'ScanDecided',
      { id: order.tickets[0].id, version: 1 },
      {
        scanId: randomIds.uuid(),
        eventId: event.eventId,
        organizationId: event.organizationId,
        ticketId: order.tickets[0].id,
        deviceId: 'phone',
        lane: 'North',
        direction: 'ENTRY',
        decision: 'ADMITTED',
        reason: 'OK',
        scannedAt: new Date().toISOString(),
        decidedAt: new Date().toISOString(),
      },
    );
    const answers = await eventually(() => {
      expect(activities(seen).at(-1)!.__typename).toBe('TicketScanned');
      return activities(seen);
    });
    expect(sales(seen)).toEqual(['1 UnitsSold 2 → 2', '2 UnitsSold 1 → 3']);
    const [first, later] = answers.filter(({ __typename }) => __typename === 'UnitsSold');
    expect(first!.order.id).toBe(order.id);
    expect(first!.total.amount).toBe(order.total.amount);
    expect(later!.order.id).toBe(second.order.id);
    expect(later!.event.availability.available).toBe(7);
    expect(answers.at(-1)).toMatchObject({
      seq: 2,
      lane: 'North',
      reason: 'OK',
      ticket: { id: order.tickets[0].id, status: 'VALID' },
    });
  });

  it('is nothing for strangers, nor for events that do not exist', async () => {
    const event = await office.publish();
    const refusals = [
      [watch(event), 'NOT_SIGNED_IN'],
      [watch(event, await office.strangerToken()), 'NOT_PERMITTED'],
      [watch({ ...event, eventId: '0000000000' }, await office.ownerToken(event)), 'NOT_FOUND'],
    ] as const;
    for (const [refused, code] of refusals) await endingOf(refused, code);
  });

  it('ends with the token that it was asked with', async () => {
    const event = await office.publish();
    const seen = watch(event, await office.ownerToken(event, randomIds.uuid(), '2s'));
    await endingOf(seen, 'UNAUTHENTICATED');
  });

  it('ends for a member who is removed, whatever their token still says', async () => {
    const event = await office.publish();
    const [staying, leaving] = [randomIds.uuid(), randomIds.uuid()];
    const organization = (version: number, ...userIds: string[]) =>
      office.line.publish(
        authOrganizations,
        version === 1 ? 'OrganizationCreated' : 'MemberRemoved',
        { id: event.organizationId, version },
        {
          organizationId: event.organizationId,
          name: 'Summer Stage',
          members: userIds.map((userId) => ({ userId, role: 'OWNER' as const })),
          createdAt: '2026-01-01T00:00:00.000Z',
        },
      );
    const before = await organization(1, staying, leaving);
    const seen = watch(event, await office.ownerToken(event, leaving));
    const other = watch(event, await office.ownerToken(event, staying));
    const after = await organization(2, staying);
    await office.line.repeat(authOrganizations, before);
    await office.line.repeat(authOrganizations, after);
    await endingOf(seen, 'NOT_PERMITTED');
    await endingOf(watch(event, await office.ownerToken(event, leaving)), 'NOT_PERMITTED');
    await office.confirmed(event, 1);
    await eventually(() => expect(sales(other)).toEqual(['1 UnitsSold 1 → 1']));
  });
});

describe('the sales of an event', () => {
  it('stand in the log once each, in order and without a gap, with returns', async () => {
    const event = await office.publish({}, 4);
    const [first] = await Promise.all([office.buy(event, 1), office.buy(event, 2)]);
    const refused = await office.confirmed(event, 1);
    await office.payment(refused.order, 'PaymentFailed');
    await office.inState(refused.client, refused.order.id, 'CANCELLED');
    const logged = await eventually(async () => {
      const found = await loggedOf(event);
      expect(found).toHaveLength(4);
      return found;
    });
    expect(logged.map(({ seq, kind, unitsSold }) => [seq, kind, unitsSold])).toEqual([
      [1, 'CLAIM', expect.any(Number)],
      [2, 'CLAIM', 3],
      [3, 'CLAIM', 4],
      [4, 'RETURN', 3],
    ]);
    expect(logged[3]).toMatchObject({ orderId: refused.order.id, lines: [{ quantity: 1, amount: 2_000 }] });
    expect(logged.slice(0, 2).map(({ orderId }) => orderId)).toContain(first.order.id);
    const figures = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Event { sales { unitsSold seq } } } }`;
    const r = [{ __typename: 'Event', id: event.eventId }];
    const { _entities } = await (await office.owner(event)).data(figures, { r });
    expect(_entities).toEqual([{ sales: { unitsSold: 3, seq: 4 } }]);
  });

  it('that were made before there was a log are not written, and the inventory says where it begins', async () => {
    const event = await office.publish();
    const inventories = office.service.db.collection('inventory');
    const here = { _id: event.eventId as never };
    await eventually(async () => expect(await inventories.findOne(here)).not.toBeNull());
    await inventories.updateOne(here, { $unset: { logged: '' } });
    await office.buy(event, 1);
    await eventually(async () => expect(await inventories.findOne(here)).toMatchObject({ logged: 1 }));
    await office.buy(event, 1);
    await eventually(async () => {
      expect(await inventories.findOne(here)).toMatchObject({ seq: 2, logged: 2, logBegins: 1 });
    });
    expect((await loggedOf(event)).map(({ seq }) => seq)).toEqual([2]);
  });

  it('are logged by whoever comes, if the process that made them died, and before they are forgotten', async () => {
    const event = await office.publish();
    const inventories = office.service.db.collection('inventory');
    const lines = [{ ticketTypeId: event.ticketTypes[0]!.ticketTypeId, quantity: 1, amount: 2_000 }];
    const at = new Date(Date.now() - 60_000);
    const move = (order: string, kind: string) => ({
      id: `${order}:x`,
      orderId: order,
      kind,
      lines,
      at,
      deadline: at,
    });
    // Three moves of another process, long over, none of which was logged; a refusal has no place.
    await inventories.updateOne({ _id: event.eventId as never }, {
      $inc: { seq: 2, [`pools.${lines[0]!.ticketTypeId}.sold`]: 2 },
      $push: { moves: { $each: [move('a', 'CLAIM'), move('b', 'REFUSAL'), move('c', 'CLAIM')] } },
    } as never);
    await eventually(async () => {
      expect((await office.inventoryOf(event)).moves).toEqual([]);
    });
    expect((await loggedOf(event)).map(({ seq, orderId, unitsSold }) => [seq, orderId, unitsSold])).toEqual([
      [1, 'a', 1],
      [2, 'c', 2],
    ]);
  });

  it('come to a client that was away as to one that stayed, spliced with what happens meanwhile', async () => {
    const event = await office.publish({}, 60);
    const token = await office.ownerToken(event);
    const staying = watch(event, token, 0);
    await Promise.all(Array.from({ length: 3 }, () => office.confirmed(event, 1)));
    await eventually(() => expect(sales(staying)).toHaveLength(3));
    const selling = Array.from({ length: 4 }, () => office.confirmed(event, 1));
    const returning = [1, 2, 3].map((resume) => watch(event, token, resume));
    await Promise.all(selling);
    await eventually(() => expect(sales(staying)).toHaveLength(7));
    expect(activities(staying).map(({ seq }) => seq)).toEqual(Array.from({ length: 7 }, (_, i) => i + 1));
    for (const [i, seen] of returning.entries())
      await eventually(() => expect(sales(seen)).toEqual(sales(staying).slice(i + 1)));
  });

  it('are read from the log a few times for all who watch, not once for each', async () => {
    const event = await office.publish({}, 60);
    const token = await office.ownerToken(event);
    const stream = new GraphStream(office.graph.endpoint, token);
    streams.push(stream);
    const watching = Array.from({ length: 60 }, () =>
      stream.subscribe(ACTIVITY, { eventId: event.eventId }, { resume: 0 }),
    );
    await office.confirmed(event, 1);
    for (const seen of watching) await eventually(() => expect(sales(seen)).toHaveLength(1));
    const log = office.service.app.get(SalesLogRepository);
    const between = jest.spyOn(log, 'between');
    await Promise.all(Array.from({ length: 3 }, () => office.confirmed(event, 1)));
    for (const seen of watching) await eventually(() => expect(sales(seen)).toHaveLength(4));
    expect(between.mock.calls.length).toBeLessThan(15);
    between.mockRestore();
    stream.terminate();
  });

  it('are not resumed from a place that is not there', async () => {
    const event = await office.publish();
    const token = await office.ownerToken(event);
    await office.confirmed(event, 1);
    await office.confirmed(event, 1);
    await eventually(async () => expect(await loggedOf(event)).toHaveLength(2));
    for (const resume of [-1, 1.5, 'x', {}, 3]) await endingOf(watch(event, token, resume), 'INVALID_INPUT');
    // As after 30 days.
    await office.service.db.collection('sales_log').deleteOne({ eventId: event.eventId, seq: 1 });
    await endingOf(watch(event, token, 0), 'RESUME_EXPIRED');
    const seen = watch(event, token, 1);
    await eventually(() => expect(sales(seen)).toEqual(['2 UnitsSold 1 → 2']));
  });
});
