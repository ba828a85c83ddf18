import { randomIds } from '#kernel';
import { BoxOffice } from '../../test/box-office.ts';
import { OrdersRepository } from '../orders/infrastructure/orders.repository.ts';
import { LogSales } from './application/log-sales.ts';
import type { ClaimOutcome, ClaimRequest } from './domain/claim.ts';
import { InventoryRepository } from './infrastructure/inventory.repository.ts';

const CAPACITY = 100;
const ORDERS = 160;
const PRICE = 2_000;

let office: BoxOffice;
let inventories: InventoryRepository;

beforeAll(async () => {
  office = await BoxOffice.open();
  inventories = office.service.app.get(InventoryRepository);
});

afterAll(() => office?.close());

async function claimsOn(orders: number): Promise<{ eventId: string; requests: ClaimRequest[] }> {
  const { eventId, ticketTypes } = await office.publish({}, CAPACITY, PRICE);
  const ticketTypeId = ticketTypes[0]!.ticketTypeId;
  const lines = [{ ticketTypeId, quantity: 1, unitPrice: { amount: PRICE, currency: 'EUR' } }];
  const deadline = new Date(Date.now() + 20_000);
  const requests = Array.from({ length: orders }, () => ({
    eventId,
    orderId: randomIds.uuid(),
    lines,
    deadline,
  }));
  return { eventId, requests };
}

function soldAfter(outcomes: readonly ClaimOutcome[]): number[] {
  return outcomes.flatMap((one) => (one.outcome === 'CLAIMED' ? [one.unitsSold] : []));
}

describe('claims that come at once', () => {
  it('take every unit once, and tell each how many were sold after it', async () => {
    const { eventId, requests } = await claimsOn(ORDERS);
    const outcomes = await Promise.all(requests.map((request) => inventories.claim(request)));
    const sold = soldAfter(outcomes).sort((a, b) => a - b);
    expect(sold).toEqual(Array.from({ length: CAPACITY }, (_, n) => n + 1));
    expect(outcomes.filter(({ outcome }) => outcome === 'REFUSED')).toHaveLength(ORDERS - CAPACITY);
    const inventory = await inventories.find(eventId);
    const [pool] = Object.values(inventory?.pools ?? {});
    expect(pool).toEqual({ capacity: CAPACITY, sold: CAPACITY, revenue: CAPACITY * PRICE });
    expect(inventory).toMatchObject({ orders: CAPACITY, seq: CAPACITY });
    expect(new Set(inventory?.moves.map(({ id }) => id)).size).toBe(ORDERS);
  });

  it('count an order once, however often it is claimed at the same moment', async () => {
    const { eventId, requests } = await claimsOn(10);
    const thrice = [...requests, ...requests, ...requests];
    const outcomes = await Promise.all(thrice.map((request) => inventories.claim(request)));
    expect(outcomes.every(({ outcome }) => outcome === 'CLAIMED')).toBe(true);
    expect(await inventories.find(eventId)).toMatchObject({ orders: 10, seq: 10 });
  });

  it('do not suffer for one whose time is over', async () => {
    const { requests } = await claimsOn(10);
    const late = { ...requests[3]!, deadline: new Date(Date.now() - 1_000) };
    const outcomes = await Promise.all(
      requests.map((request, n) => inventories.claim(n === 3 ? late : request)),
    );
    expect(outcomes[3]).toEqual({ outcome: 'UNDECIDED' });
    expect(soldAfter(outcomes)).toHaveLength(9);
  });
});

describe('moves whose time is over', () => {
  it('are trimmed, however many other events have some that must be kept', async () => {
    const orders = office.service.app.get(OrdersRepository);
    const logSales = office.service.app.get(LogSales);
    const stillMoving = orders.stillMoving.bind(orders);
    // The service's own sweep trims nothing meanwhile.
    orders.stillMoving = async (ids) => new Set(ids);
    const [kept, over] = [await claimsOn(1), await claimsOn(1)];
    const documents = office.service.db.collection<{ _id: string }>('inventory');
    for (const [place, { eventId, requests }] of [kept, over].entries()) {
      await inventories.claim(requests[0]!);
      const deadline = new Date(place);
      await documents.updateOne({ _id: eventId }, { $set: { 'moves.0.deadline': deadline } });
    }
    const own = new InventoryRepository(office.service.db, { now: () => new Date() });
    const keptOrder = kept.requests[0]!.orderId;
    const before = {
      log: (eventIds: string[]) => logSales.execute(eventIds),
      stillMoving: async (ids: string[]) => new Set(ids.filter((id) => id === keptOrder)),
    };
    for (let rounds = 0; rounds < 3; rounds++) await own.trim(new Date(), before, 1);
    expect((await inventories.find(over.eventId))?.moves).toEqual([]);
    expect((await inventories.find(kept.eventId))?.moves).toHaveLength(1);
    orders.stillMoving = stillMoving;
  });
});
