/* oxlint-disable typescript/no-explicit-any -- a journey reads answers of any shape and asserts what is in them */
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '#testing';
import * as documents from './support/documents.ts';
import {
  buy,
  cart,
  CHALLENGED_CARD,
  fixedPrice,
  GOOD_CARD,
  inState,
  type OnSale,
  pay,
  type Person,
  place,
  publicGraph,
  putOnSale,
  signUp,
} from './support/house.ts';

const PRICE = 3_000;
/** Longer than any journey should wait for an order to expire. */
const MOST_TO_WAIT_MS = 60_000;
/** So long before its `payBy` an order is paid whose payment is heard of some 5 s later. */
const LAST_MOMENT_MS = 1_500;

interface Unpaid {
  readonly buyer: Person;
  readonly order: { readonly id: string; readonly payBy: string };
  readonly paymentToken: string;
}

let organizer: Person;
let event: OnSale;
/** With a single unit each. */
let scarce: OnSale;
let forgotten: OnSale;
let unanswered: Unpaid & { readonly page: string };
let late: Unpaid;
let tooLate: Unpaid;

beforeAll(async () => {
  organizer = await signUp('ORGANIZER');
  [event, scarce, forgotten] = await Promise.all([
    putOnSale(organizer, [fixedPrice('Stalls', PRICE, 100)]),
    putOnSale(organizer, [fixedPrice('Box', PRICE, 1)]),
    putOnSale(organizer, [fixedPrice('Box', PRICE, 1)]),
  ]);
  // Their time to pay passes while the other journeys go on.
  const challenged = await order(forgotten);
  unanswered = { ...challenged, page: await challenge(challenged) };
  [late, tooLate] = await Promise.all([order(), order(scarce)]);
  if (Date.parse(late.order.payBy) - Date.now() > MOST_TO_WAIT_MS)
    throw new Error('The house gives too long to pay: open it with PAY_WITHIN_SECONDS=20.');
});

async function order(of = event): Promise<Unpaid> {
  const buyer = await signUp();
  const hold = await buyer.graph.expect('Hold', documents.HOLD, cart(of, 1));
  return { buyer, ...(await place(buyer, hold.id)) };
}

/** Pays with a card that the buyer has to approve. Gives the address of the page where that is done. */
async function challenge({ buyer, paymentToken }: Unpaid): Promise<string> {
  const payment = await pay(buyer, paymentToken, CHALLENGED_CARD);
  expect(payment).toMatchObject({ state: 'REQUIRES_ACTION', amount: { amount: PRICE } });
  return payment.nextAction.url;
}

const answer = (page: string, word: 'approve' | 'deny') => fetch(`${page}/${word}`, { method: 'POST' });

function ended({ buyer, order: { id } }: Unpaid, state: string): Promise<any> {
  return inState(buyer, id, state);
}

async function paymentOf({ buyer, order: { id } }: Unpaid): Promise<any> {
  return (await buyer.graph.data(documents.ORDER, { id })).order.payment;
}

/** What the house has taken for an event, after what it has given back. */
async function takenFor({ id }: OnSale): Promise<number> {
  const { event: found } = await organizer.graph.data(documents.BALANCES, { id });
  const [balance] = found.organization.balances;
  return balance?.balance.amount ?? 0;
}

describe('a buyer whose bank asks back', () => {
  it('approves on the page of the provider, and has the tickets', async () => {
    const unpaid = await order();
    const page = await challenge(unpaid);
    expect(new URL(page).origin).toBe(new URL(publicGraph.endpoint).origin);
    const shown = await fetch(page);
    expect([shown.status, await shown.text()]).toEqual([200, expect.stringContaining('EUR 30.00')]);
    expect(await paymentOf(unpaid)).toMatchObject({ state: 'REQUIRES_ACTION', nextAction: { url: page } });
    expect((await answer(page, 'approve')).status).toBe(200);
    expect(await ended(unpaid, 'COMPLETED')).toMatchObject({
      payment: { state: 'CAPTURED', amount: { amount: PRICE }, nextAction: null },
      tickets: [{ status: 'VALID' }],
    });
    expect((await answer(page, 'deny')).status).toBe(409);
  });

  it('need not wait to be told that', async () => {
    const { buyer, paymentToken } = await order();
    const begun = performance.now();
    const input = { paymentToken, method: CHALLENGED_CARD };
    expect(await buyer.graph.expect('Payment', documents.PAY_AND_WAIT, { input })).toMatchObject({
      state: 'REQUIRES_ACTION',
      order: { settled: { state: 'AWAITING_PAYMENT' } },
    });
    expect(performance.now() - begun).toBeLessThan(3_000);
  });

  it('denies: nothing is charged, and another card pays', async () => {
    const unpaid = await order();
    const before = await takenFor(event);
    expect((await answer(await challenge(unpaid), 'deny')).status).toBe(200);
    await eventually(async () =>
      expect(await paymentOf(unpaid)).toMatchObject({
        state: 'PENDING',
        failureCode: 'AUTHENTICATION_FAILED',
      }),
    );
    await pay(unpaid.buyer, unpaid.paymentToken);
    await ended(unpaid, 'COMPLETED');
    expect(await takenFor(event)).toBe(before + PRICE);
  });

  it('is not bypassed by a webhook that the provider has not signed', async () => {
    const unpaid = await order();
    await challenge(unpaid);
    const told = await fetch(new URL('/webhooks/test', publicGraph.endpoint), {
      method: 'POST',
      headers: { 'test-provider-signature': `t=${Math.floor(Date.now() / 1_000)},v1=${'0'.repeat(64)}` },
      body: JSON.stringify({
        id: 'evt_forged',
        object: 'event',
        type: 'payment_intent.succeeded',
        data: { object: { id: 'pi', object: 'payment_intent', metadata: { order_id: unpaid.order.id } } },
      }),
    });
    expect([told.status, await told.json()]).toEqual([
      400,
      expect.objectContaining({ code: 'INVALID_WEBHOOK' }),
    ]);
    expect(await paymentOf(unpaid)).toMatchObject({ state: 'REQUIRES_ACTION' });
  });
});

describe('a buyer who pays', () => {
  it('twice at once is charged once', async () => {
    const { buyer, paymentToken, ...unpaid } = await order();
    const before = await takenFor(event);
    const input = { paymentToken, method: GOOD_CARD };
    const answers = await Promise.all(
      [1, 2, 3].map(() => buyer.graph.data(documents.PAY, { input }).then((data) => data.pay)),
    );
    expect(answers.map(({ __typename }) => __typename)).toContain('Payment');
    for (const { __typename } of answers) expect(['Payment', 'RetryLater']).toContain(__typename);
    await ended({ buyer, paymentToken, ...unpaid }, 'COMPLETED');
    expect(await takenFor(event)).toBe(before + PRICE);
  });

  it('is charged once and has the tickets, however badly the provider answers', async () => {
    const before = await takenFor(event);
    const methods = {
      test_answers_late: 'RetryLater',
      test_times_out: 'RetryLater',
      test_loses_authorization: 'RetryLater',
      test_loses_capture: 'Payment',
      test_answers_twice: 'Payment',
    };
    const orders = await Promise.all(
      Object.entries(methods).map(async ([method, typeName]) => {
        const unpaid = await order();
        const input = { paymentToken: unpaid.paymentToken, method };
        await unpaid.buyer.graph.expect(typeName, documents.PAY, { input });
        return ended(unpaid, 'COMPLETED');
      }),
    );
    for (const { payment, tickets } of orders) {
      expect(payment).toMatchObject({ state: 'CAPTURED', amount: { amount: PRICE } });
      expect(tickets).toHaveLength(1);
    }
    expect(await takenFor(event)).toBe(before + orders.length * PRICE);
  });
});

describe('an order whose time to pay is over', () => {
  /** The provider authorizes in time, but its answer is lost; when it is asked for it, the order has expired. */
  async function payTooLate(unpaid: Unpaid): Promise<void> {
    await sleep(Date.parse(unpaid.order.payBy) - LAST_MOMENT_MS - Date.now());
    const input = { paymentToken: unpaid.paymentToken, method: 'test_loses_authorization' };
    await unpaid.buyer.graph.expect('RetryLater', documents.PAY, { input });
    await ended(unpaid, 'EXPIRED');
  }

  it('is still completed when its payment is heard of, and cancelled when its units are gone by then', async () => {
    const rival = await signUp();
    await Promise.all([payTooLate(late), payTooLate(tooLate).then(() => buy(rival, scarce, 1))]);
    expect(await ended(late, 'COMPLETED')).toMatchObject({
      payment: { state: 'CAPTURED', amount: { amount: PRICE } },
      tickets: [{ status: 'VALID' }],
    });
    expect(await ended(tooLate, 'CANCELLED')).toMatchObject({ reason: 'UNITS_GONE', tickets: [] });
    await eventually(async () => expect(await paymentOf(tooLate)).toMatchObject({ state: 'VOIDED' }));
    expect(await takenFor(scarce)).toBe(PRICE);
  }, 60_000);

  it('has ended for a buyer who never answered the bank: no approval counts, and nothing is kept', async () => {
    await ended(unanswered, 'EXPIRED');
    await eventually(async () =>
      expect(await paymentOf(unanswered)).toMatchObject({ state: 'VOIDED', nextAction: null }),
    );
    expect((await answer(unanswered.page, 'approve')).status).toBe(409);
    expect((await fetch(unanswered.page)).status).toBe(404);
    const input = { paymentToken: unanswered.paymentToken, method: GOOD_CARD };
    await unanswered.buyer.graph.expect('PaymentExpired', documents.PAY, { input });
    const { event: found } = await publicGraph.data(documents.EVENT, { id: forgotten.id });
    expect(found.availability).toEqual({ status: 'ON_SALE', available: 1, capacity: 1 });
    expect(await takenFor(forgotten)).toBe(0);
  });
});
