import { checkinAdmissions, pricingPrices, type PublishedEvent } from '#contracts';
import { randomIds } from '#kernel';
import { eventually, GraphStream, type OpenSubscription } from '#testing';
import { BoxOffice } from '../../test/box-office.ts';

const ACTIVITY = `subscription ($eventId: ID!) { eventActivity(eventId: $eventId) { __typename id event { id availability { available } }
  ... on UnitsSold { units unitsSold total { amount } order { id state tickets { id } } }
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

function watch(event: PublishedEvent, token?: string): OpenSubscription {
  const stream = new GraphStream(office.graph.endpoint, token);
  streams.push(stream);
  return stream.subscribe(ACTIVITY, { eventId: event.eventId });
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
      const activities = seen.answers.map(({ data, errors }) => {
        expect(errors).toBeUndefined();
        return data.eventActivity;
      });
      expect(activities.at(-1).__typename).toBe('TicketScanned');
      return activities;
    });
    const sales = answers.filter(({ __typename }) => __typename === 'UnitsSold');
    expect(sales.map(({ units, unitsSold }) => [units, unitsSold])).toEqual([
      [2, 2],
      [1, 3],
    ]);
    expect(sales[0].order).toEqual({
      id: order.id,
      state: 'COMPLETED',
      tickets: order.tickets.map(({ id }: { id: string }) => ({ id })),
    });
    expect(sales.map(({ event: { availability } }) => availability.available)).toEqual([8, 7]);
    expect(sales[1].order.id).toBe(second.order.id);
    expect(answers.at(-1)).toMatchObject({
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
    for (const [refused, code] of refusals) {
      const ending = await eventually(() => {
        expect(refused.ending() ?? refused.answers[0]).toBeDefined();
        return JSON.stringify([refused.ending(), refused.answers]);
      });
      expect(ending).toContain(code);
    }
  });
});
