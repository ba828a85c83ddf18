import type { PublishedEvent } from '#contracts';
import { eventually } from '#testing';
import { BoxOffice, HOLD, RELEASE } from '../../test/box-office.ts';
import { planOf, publishPlan, row } from '../../test/seated-house.ts';
import { StockLoader } from '../inventory/infrastructure/stock-loader.ts';
import { bestSeats } from './domain/best-seats.ts';
import { SeatLayout } from './domain/seat-layout.ts';

/** 200 blocks of 10 rows of 30 seats. */
const SECTIONS = 200;
const ROWS = 10;
const SEATS = 30;
const STADIUM = planOf(
  'stadium',
  Object.fromEntries(
    Array.from({ length: SECTIONS }, (_, s) => [
      `b${s}`,
      Array.from({ length: ROWS }, (_, r) =>
        row(String(r + 1), SEATS, 20 + (s % 40) + r, { accessible: r === ROWS - 1 ? [1, 2] : [] }),
      ),
    ]),
  ),
);
/** Far above what it takes (docs/adr/0012-seats.md), for machines that are busy. */
const PATIENCE_MS = 5_000;

let office: BoxOffice;
let event: PublishedEvent;

beforeAll(async () => {
  office = await BoxOffice.open(600);
  await publishPlan(office, STADIUM);
  event = await office.publish(
    {
      planId: 'stadium',
      maxPerAccount: 1_000,
      ticketTypes: [
        {
          ticketTypeId: 'seat',
          name: 'Seat',
          basePrice: { amount: 2_000, currency: 'EUR' },
          pricing: { mode: 'FIXED' },
          capacity: SECTIONS * ROWS * SEATS,
          maxPerOrder: 10,
          sectionIds: STADIUM.map(({ sectionId }) => sectionId),
        },
      ],
    },
    SECTIONS * ROWS * SEATS,
  );
}, 60_000);

afterAll(() => office?.close());

const best = (quantity: number) => ({
  input: { eventId: event.eventId, lines: [{ ticketTypeId: 'seat', quantity }] },
});

const timed = async <T>(work: () => Promise<T> | T): Promise<[T, number]> => {
  const startedAt = performance.now();
  const result = await work();
  return [result, performance.now() - startedAt];
};

describe('a stadium of 60,000 seats', () => {
  it('has its best seats found quickly, empty and when only single seats are left', () => {
    const layout = new SeatLayout(STADIUM);
    const rows = layout.sections.flatMap((section) => section.rows);
    const isAccessible = (at: number): boolean => layout.accessible[at] === 1;
    for (const isFree of [() => true, (at: number) => at % 2 === 0, (at: number) => at % 997 === 0]) {
      const choice = { rows, quantity: 10, isFree, isAccessible, accessible: false };
      const startedAt = performance.now();
      for (let i = 0; i < 20; i++) expect(bestSeats(choice)).toHaveLength(10);
      expect((performance.now() - startedAt) / 20).toBeLessThan(PATIENCE_MS / 20);
    }
  });

  it('is loaded, sold and shown with 50,000 seats taken', async () => {
    const client = await office.buyer();
    await eventually(() => client.expect('Hold', HOLD, best(2)), 30_000);
    const claims = office.service.db.collection<{ _id: string; orderId: string }>('seat_claims');
    const layout = new SeatLayout(STADIUM);
    const taken = Array.from({ length: 50_000 }, (_, at) => `${event.eventId}:${layout.seatAt(at).seatId}`);
    for (let i = 0; i < taken.length; i += 5_000)
      await claims.insertMany(taken.slice(i, i + 5_000).map((_id) => ({ _id, orderId: 'another' })));
    await office.service.app.get(StockLoader).invalidate([event.eventId]);
    const [hold, loadMs] = await timed(() => client.expect('Hold', HOLD, best(2)));
    for (let i = 0; i < 5; i++) {
      const [next, holdMs] = await timed(() => client.expect('Hold', HOLD, best(2)));
      await client.expect('Hold', RELEASE, { id: next.id });
      expect(holdMs).toBeLessThan(PATIENCE_MS);
    }
    const [seat] = hold.lines[0].seats;
    expect(layout.find(seat.seatId)?.at).toBeGreaterThanOrEqual(50_000);
    expect(loadMs).toBeLessThan(PATIENCE_MS);
  });
});
