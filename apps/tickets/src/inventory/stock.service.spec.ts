import { jest } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventsEvents, pricingPrices, type PublishedEvent } from '#contracts';
import { Redis } from 'ioredis';
import { eventually } from '#testing';
import { BoxOffice, cart, HOLD, RELEASE } from '../../test/box-office.ts';
import { PriceCopiesRepository } from '../events/infrastructure/price-copies.repository.ts';
import { OrdersRepository } from '../orders/infrastructure/orders.repository.ts';
import { StockLoader } from './infrastructure/stock-loader.ts';

let office: BoxOffice;

beforeAll(async () => {
  office = await BoxOffice.open();
});

afterAll(() => office?.close());

async function loseStock(eventId: string): Promise<void> {
  const redis = new Redis(office.settings.REDIS_URL);
  const keys = await redis.keys(`${office.settings.REDIS_KEY_PREFIX}{event:${eventId}}:*`);
  await redis.del(...keys);
  redis.disconnect();
}

function priceOf(event: PublishedEvent, amount: number) {
  return {
    ticketTypeId: event.ticketTypes[0]!.ticketTypeId,
    eventId: event.eventId,
    price: { amount, currency: 'EUR' },
    previous: { amount: 2_000, currency: 'EUR' },
    reason: 'DEMAND' as const,
    recommended: { amount, currency: 'EUR' },
    unitsSold: 0,
    changedAt: new Date().toISOString(),
  };
}

describe('an event', () => {
  it('quotes the newest price, in whatever order the prices come', async () => {
    const event = await office.publish();
    const id = event.ticketTypes[0]!.ticketTypeId;
    const client = await office.buyer();
    await office.hold(client, event, 1);
    const price = (amount: number) => priceOf(event, amount);
    const newer = await office.line.publish(pricingPrices, 'PriceChanged', { id, version: 2 }, price(2_500));
    await office.line.publish(pricingPrices, 'PriceChanged', { id, version: 1 }, price(1_500));
    await office.line.repeat(pricingPrices, newer);
    await eventually(async () => {
      const hold = await office.hold(client, event, 1);
      await client.expect('Hold', RELEASE, { id: hold.id });
      expect(hold.total.amount).toBe(2_500);
    });
  });

  it('quotes a price that changes while its stock is being built', async () => {
    const event = await office.publish();
    const id = event.ticketTypes[0]!.ticketTypeId;
    const prices = office.service.app.get(PriceCopiesRepository);
    const ofEvent = prices.ofEvent.bind(prices);
    prices.ofEvent = async (eventId) => {
      const known = await ofEvent(eventId);
      if (eventId === event.eventId) {
        prices.ofEvent = ofEvent;
        const told = priceOf(event, 2_700);
        await office.line.publish(pricingPrices, 'PriceChanged', { id, version: 2 }, told);
        await eventually(async () => expect(await ofEvent(eventId)).toHaveLength(1));
        // It is told to Redis right after it is written.
        await sleep(100);
      }
      return known;
    };
    const hold = await office.hold(await office.buyer(), event, 1);
    expect(hold.total.amount).toBe(2_700);
  });

  it('keeps its stock when nothing of its sale is changed, and builds it anew when something is', async () => {
    const event = await office.publish();
    const client = await office.buyer();
    await office.hold(client, event, 1);
    const loader = office.service.app.get(StockLoader);
    const load = jest.spyOn(loader, 'load');
    await office.change(event, { name: 'Another name', startsAt: '2030-06-01T19:00:00.000Z' });
    await eventually(async () => {
      const copy = await office.service.db.collection('events').findOne({ _id: event.eventId as never });
      expect(copy?.['name']).toBe('Another name');
    });
    // It is heeded right after it is written.
    await sleep(100);
    await office.hold(await office.buyer(), event, 1);
    expect(load).not.toHaveBeenCalled();
    const [ticketType] = event.ticketTypes;
    await office.change(event, { ticketTypes: [{ ...ticketType!, maxPerOrder: 1 }] }, 3);
    await eventually(() => client.expect('LimitExceeded', HOLD, cart(event, 2)));
    expect(load).toHaveBeenCalled();
    load.mockRestore();
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
    await loseStock(event.eventId);
    const fresh = await office.buyer();
    await fresh.expect('Hold', HOLD, cart(event, 1));
    expect(await office.available(event)).toBe(10 - 2 - 3 - 1);
  });

  it.each([
    ['is built again', false],
    ['is lost', true],
  ])(
    'counts an order whose units are reserved, and which is being written while its stock %s',
    async (_, isLost) => {
      const event = await office.publish();
      const client = await office.buyer();
      const hold = await office.hold(client, event, 3);
      const orders = office.service.app.get(OrdersRepository);
      const add = orders.add.bind(orders);
      const adding = jest.spyOn(orders, 'add').mockImplementationOnce(async (order) => {
        if (isLost) await loseStock(event.eventId);
        else await office.service.app.get(StockLoader).invalidate([event.eventId]);
        await office.available(event);
        await office.hold(await office.buyer(), event, 1);
        return add(order);
      });
      await office.place(client, hold.id);
      expect(adding).toHaveBeenCalled();
      await office.hold(await office.buyer(), event, 1);
      expect(await office.available(event)).toBe(10 - 3 - 1 - 1);
    },
  );
});
