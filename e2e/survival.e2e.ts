import { eventually } from '#testing';
import * as documents from './support/documents.ts';
import {
  buy,
  cart,
  fixedPrice,
  type OnSale,
  type Person,
  pidOf,
  publicGraph,
  putOnSale,
  signUp,
} from './support/house.ts';

/** Whoever runs the house starts what has died; how long that and reconnecting may take. */
const BACK_WITHIN_MS = 60_000;

let organizer: Person;
let event: OnSale;
let sold = 0;

beforeAll(async () => {
  organizer = await signUp('ORGANIZER');
  event = await putOnSale(organizer, [fixedPrice('Stalls', 2_000, 500)]);
});

async function purchase(): Promise<string> {
  const buyer = await signUp();
  const order = await buy(buyer, event, 1);
  sold++;
  return order.id;
}

describe('the house goes on after kill -9', () => {
  it.each([
    ['engines', 'redis'],
    ['engines', 'mongodb'],
    ['engines', 'kafka'],
    ['services', 'tickets'],
    ['services', 'payments'],
  ] as const)(
    'of %s: %s',
    async (kind, name) => {
      const before = await purchase();
      const pid = pidOf(kind, name);
      // An engine named by the environment belongs to somebody else: it is not ours to kill.
      if (pid === undefined) return;
      process.kill(pid, 'SIGKILL');
      await eventually(purchase, BACK_WITHIN_MS, 500);
      const { order } = await organizer.graph.data(documents.ORDER, { id: before });
      expect(order.state).toBe('COMPLETED');
    },
    120_000,
  );

  it('and has lost and invented nothing', async () => {
    await eventually(async () => {
      const { event: figures } = await organizer.graph.data(documents.EVENT, { id: event.id });
      expect(figures.sales.ordersCompleted).toBeGreaterThanOrEqual(sold);
      expect(figures.sales.revenue.amount).toBe(figures.sales.unitsSold * 2_000);
      expect(figures.attendance.expected).toBe(figures.sales.unitsSold);
    }, BACK_WITHIN_MS);
    const buyer = await signUp();
    await buyer.graph.expect('Hold', documents.HOLD, cart(event, 1));
    expect((await publicGraph.data(documents.EVENT, { id: event.id })).event.availability.status).toBe(
      'ON_SALE',
    );
  });
});
