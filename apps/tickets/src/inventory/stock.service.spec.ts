import { eventsEvents, pricingPrices } from '#contracts';
import { Redis } from 'ioredis';
import { eventually } from '#testing';
import { BoxOffice, cart, HOLD, RELEASE } from '../../test/box-office.ts';

let office: BoxOffice;

beforeAll(async () => {
  office = await BoxOffice.open();
});

afterAll(() => office?.close());

describe('an event', () => {
  it('quotes the newest price, in whatever order the prices come', async () => {
    const event = await office.publish();
    const id = event.ticketTypes[0]!.ticketTypeId;
    const client = await office.buyer();
    await office.hold(client, event, 1);
    const price = (amount: number) => ({
      ticketTypeId: id,
      eventId: event.eventId,
      price: { amount, currency: 'EUR' },
      previous: { amount: 2_000, currency: 'EUR' },
      reason: 'DEMAND' as const,
      recommended: { amount, currency: 'EUR' },
      unitsSold: 0,
      changedAt: new Date().toISOString(),
    });
    const newer = await office.line.publish(pricingPrices, 'PriceChanged', { id, version: 2 }, price(2_500));
    await office.line.publish(pricingPrices, 'PriceChanged', { id, version: 1 }, price(1_500));
    await office.line.repeat(pricingPrices, newer);
    await eventually(async () => {
      const hold = await office.hold(client, event, 1);
      await client.expect('Hold', RELEASE, { id: hold.id });
      expect(hold.total.amount).toBe(2_500);
    });
  });

  it('sells nothing more once it is cancelled', async () => {
    const event = await office.publish();
    const client = await office.buyer();
    await office.hold(client, event, 1);
    await office.line.publish(
      eventsEvents,
      'EventCancelled',
      { id: event.eventId, version: 2 },
      { ...event, status: 'CANCELLED' },
    );
    await eventually(async () => expect((await office.figures(event)).availability.status).toBe('CLOSED'));
    await client.expect('SalesClosed', HOLD, cart(event, 1));
  });

  it('keeps its sale when Redis has lost it: orders and claims are counted again', async () => {
    const event = await office.publish();
    await office.buy(event, 2);
    const client = await office.buyer();
    const hold = await office.hold(client, event, 3);
    await office.place(client, hold.id);
    const redis = new Redis(office.settings.REDIS_URL);
    const keys = await redis.keys(`${office.settings.REDIS_KEY_PREFIX}{event:${event.eventId}}:*`);
    await redis.del(...keys);
    redis.disconnect();
    const fresh = await office.buyer();
    await fresh.expect('Hold', HOLD, cart(event, 1));
    expect(await office.available(event)).toBe(10 - 2 - 3 - 1);
  });
});
