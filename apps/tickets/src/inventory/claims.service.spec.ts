import { randomIds } from '#kernel';
import { BoxOffice } from '../../test/box-office.ts';
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
