/* oxlint-disable typescript/no-explicit-any -- a test reads answers of any shape and asserts what is in them */
import { setTimeout as sleep } from 'node:timers/promises';
import type { PublishedEvent } from '#contracts';
import { eventually, type GraphClient } from '#testing';
import { BoxOffice, cart, HOLD, REFUND } from '../../test/box-office.ts';
import { row, seatedEvent } from '../../test/seated-house.ts';
import { AllowancesRepository } from '../inventory/infrastructure/allowances.repository.ts';
import { StockLoader } from '../inventory/infrastructure/stock-loader.ts';
import { Stock } from '../inventory/infrastructure/stock.ts';
import { OrdersRepository } from './infrastructure/orders.repository.ts';

/** Real: the service and the engines. Payments is played: it pays every refund back. */
let office: BoxOffice;

beforeAll(async () => {
  office = await BoxOffice.open(60);
});

afterAll(() => office?.close());

interface Bought {
  readonly client: GraphClient;
  readonly order: any;
}

/** Takes tickets of an order back, all of them when none is named, until their units are for sale again. */
async function refund(
  event: PublishedEvent,
  { client, order }: Bought,
  ticketIds?: readonly string[],
): Promise<void> {
  const organizer = await office.owner(event);
  await organizer.expect('Order', REFUND, { orderId: order.id, reason: 'Ill', ticketIds });
  const amount = 2_000 * (ticketIds ?? order.tickets).length;
  await office.payment(order, 'PaymentRefunded', await office.requestedRefund(client, order.id), amount);
  await office.inState(client, order.id, ticketIds ? 'PARTIALLY_REFUNDED' : 'REFUNDED');
}

/** Counts how often the event's stock is built from MongoDB. */
function countBuildings(event: PublishedEvent): () => number {
  const orders = office.service.app.get(OrdersRepository);
  const reserving = orders.reserving.bind(orders);
  let buildings = 0;
  orders.reserving = async (eventId) => {
    if (eventId === event.eventId) buildings++;
    return reserving(eventId);
  };
  return () => buildings;
}

describe('units that are taken back', () => {
  it('are for sale again, and the stock of the event is not built anew for them', async () => {
    const event = await office.publish({ maxPerAccount: 3 }, 6);
    const one = await office.buy(event, 3);
    const other = await office.buy(event, 2);
    const buildings = countBuildings(event);
    await refund(event, one, [one.order.tickets[0].id]);
    expect(await office.available(event)).toBe(2);
    await one.client.expect('LimitExceeded', HOLD, cart(event, 2));
    await office.hold(one.client, event, 1);
    await refund(event, other);
    expect(await office.available(event)).toBe(3);
    await office.hold(other.client, event, 3);
    expect(buildings()).toBe(0);
  });

  it('count no more for a limit of their ticket type', async () => {
    const published = await office.publish({}, 5);
    const ticketTypes = published.ticketTypes.map((type) => ({ ...type, maxPerAccount: 2 }));
    const { event } = await office.change(published, { ticketTypes });
    await eventually(async () => {
      const copy = await office.service.db.collection('events').findOne({ _id: event.eventId as never });
      expect(copy?.['ticketTypes'][0].maxPerAccount).toBe(2);
    });
    const bought = await office.buy(event, 2);
    await bought.client.expect('LimitExceeded', HOLD, cart(event, 1));
    await refund(event, bought);
    await office.hold(bought.client, event, 2);
  });

  it('have their seats, which somebody else may have at once', async () => {
    const event = await seatedEvent(office, { stalls: [row('A', 4, 1)] });
    const bought = await office.buy(event, 2);
    await office.buy(event, 2);
    const buildings = countBuildings(event);
    await refund(event, bought);
    const again = await office.hold(await office.buyer(), event, 2);
    expect(again.lines.flatMap(({ seats }: any) => seats)).toHaveLength(2);
    await (await office.buyer()).expect('SoldOut', HOLD, cart(event, 1));
    expect(buildings()).toBe(0);
  });

  it('are counted once when another attempt had begun to give them back', async () => {
    const event = await office.publish({}, 4);
    const bought = await office.buy(event, 2);
    const buildings = countBuildings(event);
    const allowances = office.service.app.get(AllowancesRepository);
    const lower = allowances.lower.bind(allowances);
    let crashes = 1;
    allowances.lower = async (order, index) => {
      if (order.id === bought.order.id && crashes-- > 0) throw new Error('stopped here');
      return lower(order, index);
    };
    await refund(event, bought);
    await eventually(async () => expect(await office.available(event)).toBe(4));
    await office.hold(bought.client, event, 4);
    expect(buildings()).toBe(1);
  }, 30_000);

  it('are counted once when the connection to Redis breaks, and what was under way is sent again', async () => {
    const event = await office.publish({}, 6);
    const bought = await office.buy(event, 4);
    const stock = office.service.app.get(Stock);
    const restock = stock.restock.bind(stock);
    stock.restock = async (units) => {
      await restock(units);
      await restock(units);
    };
    const [one, two] = bought.order.tickets;
    await refund(event, bought, [one.id]);
    expect(await office.available(event)).toBe(3);
    await refund(event, bought, [two.id]);
    expect(await office.available(event)).toBe(4);
    stock.restock = restock;
  });

  it('are neither lost nor doubled while the stock is built again and again', async () => {
    const event = await office.publish({ maxPerAccount: 2 }, 24);
    const all = await Promise.all(Array.from({ length: 10 }, () => office.buy(event, 2)));
    const loader = office.service.app.get(StockLoader);
    let refunding = true;
    const building = (async () => {
      while (refunding) {
        await loader.invalidate([event.eventId]);
        await (await office.buyer()).data(HOLD, cart(event, 1, { maxTotal: { amount: 1, currency: 'EUR' } }));
        await sleep(Math.random() * 30);
      }
    })();
    await Promise.all(all.slice(0, 8).map((bought) => refund(event, bought)));
    refunding = false;
    await building;
    await eventually(async () => expect(await office.available(event)).toBe(20));
    await Promise.all(all.slice(0, 8).map(({ client }) => office.hold(client, event, 2)));
    await Promise.all(all.slice(8).map(({ client }) => client.expect('LimitExceeded', HOLD, cart(event, 1))));
    expect(await office.available(event)).toBe(4);
  });

  it('of an order whose claim was refused are free, with seats and allowance, if the stock was built meanwhile', async () => {
    const event = await seatedEvent(office, { stalls: [row('A', 4, 1)] }, { maxPerAccount: 2 });
    const client = await office.buyer();
    const { order } = await office.place(client, (await office.hold(client, event, 2)).id);
    const setOpen = (open: boolean) =>
      office.service.db
        .collection<{ _id: string }>('inventory')
        .updateOne({ _id: event.eventId }, { $set: { open } });
    await setOpen(false);
    const allowances = office.service.app.get(AllowancesRepository);
    const lower = allowances.lower.bind(allowances);
    allowances.lower = async (counted, index) => {
      if (counted.id === order.id) {
        await setOpen(true);
        await office.service.app.get(StockLoader).invalidate([event.eventId]);
        await office.hold(await office.buyer(), event, 1);
      }
      return lower(counted, index);
    };
    await office.payment(order, 'PaymentAuthorized');
    await office.inState(client, order.id, 'CANCELLED');
    allowances.lower = lower;
    await office.hold(client, event, 2);
    await office.hold(await office.buyer(), event, 1);
    expect(await office.available(event)).toBe(0);
  });
});
