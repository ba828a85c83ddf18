import { setTimeout as sleep } from 'node:timers/promises';
import { eventually, type GraphAnswer } from '#testing';
import * as documents from '../support/documents.ts';
import {
  buy,
  cart,
  fixedPrice,
  GOOD_CARD,
  inState,
  type OnSale,
  pay,
  type Person,
  pidOf,
  place,
  putOnSale,
  signUp,
} from '../support/house.ts';

/** Longer than a consumer's session, the lease of an outbox and the time of a claim: all of them are others' by then. */
const STANDS_STILL_MS = 20_000;
const ENGINE_STANDS_STILL_MS = 12_000;
const BACK_WITHIN_MS = 30_000;
/** What a buyer waits for the gateway at most, and a little more. */
const ANSWERED_WITHIN_MS = 7_000;
const BUYERS = 5;
const UNITS = 2;
const PRICE = 2_000;

let organizer: Person;
let event: OnSale;
let sold = 0;

beforeAll(async () => {
  organizer = await signUp('ORGANIZER');
  event = await putOnSale(organizer, [fixedPrice('Stalls', PRICE, 500)]);
});

/** Paid, and left alone before its tickets are issued. */
async function paid(): Promise<{ buyer: Person; orderId: string }> {
  const buyer = await signUp();
  const hold = await buyer.graph.expect('Hold', documents.HOLD, cart(event, UNITS));
  const { order, paymentToken } = await place(buyer, hold.id);
  await pay(buyer, paymentToken);
  sold += UNITS;
  return { buyer, orderId: order.id };
}

/** A refund that is asked for and not carried out yet. */
async function refunding(): Promise<{ buyer: Person; orderId: string }> {
  const buyer = await signUp();
  const { id: orderId } = await buy(buyer, event, UNITS);
  const asked = { orderId, reason: 'cannot come' };
  await organizer.graph.expect('Order', documents.REFUND_ORDER, asked);
  return { buyer, orderId };
}

async function whileStopped(
  kind: 'engines' | 'services',
  name: string,
  forMs: number,
  work: () => Promise<void>,
): Promise<void> {
  const pid = pidOf(kind, name);
  // An engine named by the environment belongs to somebody else: it is not ours to stop.
  if (pid === undefined) return;
  process.kill(pid, 'SIGSTOP');
  try {
    await work();
    await sleep(forMs);
  } finally {
    process.kill(pid, 'SIGCONT');
  }
}

async function expectUnavailable(asked: Promise<GraphAnswer>): Promise<void> {
  const askedAt = performance.now();
  const { errors } = await asked;
  expect(errors?.[0]?.extensions).toMatchObject({ code: 'UNAVAILABLE' });
  expect(performance.now() - askedAt).toBeLessThan(ANSWERED_WITHIN_MS);
}

async function purchase(): Promise<void> {
  await buy(await signUp(), event, UNITS);
  sold += UNITS;
}

describe('the house goes on after an engine stood still (SIGSTOP), without a word to anybody', () => {
  it.each(['mongodb', 'redis', 'kafka'])(
    '%s',
    async (name) => {
      const { buyer, orderId } = await paid();
      await whileStopped('engines', name, ENGINE_STANDS_STILL_MS, async () => {
        const asked = {
          mongodb: () => buyer.graph.ask(documents.ORDER, { id: orderId }),
          redis: () => buyer.graph.ask(documents.HOLD, cart(event, UNITS)),
          // Nothing that a buyer asks waits for Kafka.
          kafka: undefined,
        }[name];
        if (asked) await expectUnavailable(asked());
        else await buyer.graph.expect('Hold', documents.HOLD, cart(event, UNITS));
      });
      await eventually(purchase, BACK_WITHIN_MS, 500);
      await inState(buyer, orderId, 'COMPLETED');
    },
    120_000,
  );
});

describe('the house goes on after a service stood still (SIGSTOP) and came back with all it held', () => {
  it.each(['tickets', 'payments'])(
    '%s',
    async (name) => {
      const visitor = await signUp();
      const hold = await visitor.graph.expect('Hold', documents.HOLD, cart(event, UNITS));
      const { paymentToken } = await place(visitor, hold.id);
      const [given, bought] = await Promise.all([
        Promise.all(Array.from({ length: BUYERS }, refunding)),
        Promise.all(Array.from({ length: BUYERS }, paid)),
      ]);
      await whileStopped('services', name, STANDS_STILL_MS, () =>
        expectUnavailable(
          name === 'tickets'
            ? visitor.graph.ask(documents.HOLD, cart(event, UNITS))
            : visitor.graph.ask(documents.PAY, { input: { paymentToken, method: GOOD_CARD } }),
        ),
      );
      for (const { buyer, orderId } of bought) {
        const order = await inState(buyer, orderId, 'COMPLETED');
        expect(order.tickets).toHaveLength(UNITS);
        expect(order.payment).toMatchObject({ state: 'CAPTURED', amount: { amount: UNITS * PRICE } });
      }
      for (const { buyer, orderId } of given) {
        const order = await inState(buyer, orderId, 'REFUNDED');
        expect(order.refunds).toEqual([{ status: 'PAID', amount: { amount: UNITS * PRICE } }]);
        expect(order.payment.refunded.amount).toBe(UNITS * PRICE);
      }
    },
    120_000,
  );

  it('and has sold and given back nothing twice', async () => {
    await eventually(async () => {
      const { event: figures } = await organizer.graph.data(documents.EVENT, { id: event.id });
      expect(figures.attendance.expected).toBe(figures.sales.unitsSold);
      expect(figures.sales.unitsSold).toBeGreaterThanOrEqual(sold);
      const { event: of } = await organizer.graph.data(documents.BALANCES, { id: event.id });
      const [{ captured, refunded }] = of.organization.balances;
      expect(captured.amount - refunded.amount).toBe(figures.sales.revenue.amount);
      expect(refunded.amount).toBe(2 * BUYERS * UNITS * PRICE);
    }, 30_000);
  });
});
