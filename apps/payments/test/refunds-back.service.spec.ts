import { Stripe } from 'stripe';
import { ticketsOrders } from '#contracts';
import type { PaymentClaims } from '#security';
import { eventually } from '#testing';
import { CannedStripe, WEBHOOK_SECRET } from './canned-stripe.ts';
import { FIRST_REFUND_COMES_BACK, newOrder, PAY, PaymentsStage } from './payments-stage.ts';

/** Real: the service, its engines, its built-in provider, Stripe's library and signatures. Stripe itself is played. */
let canned: CannedStripe;
let stage: PaymentsStage;
let testStage: PaymentsStage;

const TOTAL = 4_250;
/** What the ledger's accounts come to once so much is paid back. */
const ledger = (refunded: number, provider = 'stripe') => ({
  [`provider:${provider}:clearing`]: TOTAL - refunded,
  'organization:organization:payable': refunded - TOTAL,
});

beforeAll(async () => {
  canned = await CannedStripe.start();
  [testStage, stage] = await Promise.all([PaymentsStage.open(), PaymentsStage.open(canned.settings)]);
});

afterAll(async () => {
  await Promise.all([stage?.close(), testStage?.close()]);
  await canned?.stop();
});

async function keyOf(order: PaymentClaims, refundId: string): Promise<string> {
  return `${(await stage.stored(order)).paymentId}:refund:${refundId}`;
}

/** A webhook of Stripe's about a refund, signed by its own library. */
async function tell(order: PaymentClaims, refundId: string, type: string, id = `evt_${type}_${refundId}`) {
  const object = canned.refundOf(await keyOf(order, refundId));
  const payload = JSON.stringify({
    id: `${id}_${order.orderId}`,
    object: 'event',
    data: { object },
    type,
  });
  const header = new Stripe('sk_test_none').webhooks.generateTestHeaderString({
    payload,
    secret: WEBHOOK_SECRET,
  });
  const { status } = await stage.webhook(payload, { provider: 'stripe', 'stripe-signature': header });
  expect(status).toBe(200);
}

async function sentBack(order: PaymentClaims, refundId: string): Promise<void> {
  canned.sendBack(await keyOf(order, refundId));
}

/** An order of which these parts are paid back. */
async function refunded(parts: Record<string, number>): Promise<PaymentClaims> {
  const order = newOrder();
  await stage.buyer.expect('Payment', PAY, stage.input(order, 'pm_card_visa'));
  await stage.tell(order, 'OrderConfirmed', 'CONFIRMED', 3);
  await stage.reaches(order, 'CAPTURED');
  await stage.askSomeBack(order, parts, 6);
  await eventually(async () =>
    expect((await stage.stored(order)).refunds).toHaveLength(Object.keys(parts).length),
  );
  return order;
}

async function refundsOf(order: PaymentClaims): Promise<Record<string, string>> {
  const { refunds } = await stage.stored(order);
  return Object.fromEntries(refunds.map((one: any) => [one.refundId, one.refusal ?? 'PAID']));
}

const failuresOf = (order: PaymentClaims) =>
  stage.factsOf(order).filter(({ type }) => type === 'PaymentRefundFailed');

describe('a refund that comes back from the bank', () => {
  it('is one that failed from then on, is reversed in the ledger, and can be asked for again', async () => {
    const order = await testStage.captured(FIRST_REFUND_COMES_BACK);
    const first = await testStage.askBack(order, 'one', 6);
    await testStage.reaches(order, 'REFUNDED');
    expect(await testStage.ledgerOf(order)).toEqual(ledger(TOTAL, 'test'));
    expect((await testStage.booksOf(order)).refunded).toBe(TOTAL);

    await testStage.reaches(order, 'CAPTURED');
    expect((await testStage.booksOf(order)).refunded).toBe(0);
    expect(await testStage.ledgerOf(order)).toEqual(ledger(0, 'test'));
    await eventually(() => expect(testStage.typesOf(order).at(-1)).toBe('PaymentRefundFailed'));
    const failure = { refundId: 'one', code: 'EXPIRED_OR_CANCELED_CARD' };
    expect(testStage.factsOf(order).at(-1)?.payload).toMatchObject({
      state: 'CAPTURED',
      refunds: [],
      refundFailure: failure,
      refundFailures: [failure],
    });

    await testStage.facts.repeat(ticketsOrders, first);
    await testStage.askBack(order, 'two', 8);
    await testStage.reaches(order, 'REFUNDED');
    expect(await testStage.ledgerOf(order)).toEqual(ledger(TOTAL, 'test'));
    expect(await testStage.booksOf(order)).toMatchObject({
      refunded: TOTAL,
      commands: ['AUTHORIZE', 'CAPTURE', 'REFUND', 'REFUND'],
    });
    expect(testStage.typesOf(order).filter((type) => type === 'PaymentRefundFailed')).toHaveLength(1);
  });

  it('is noted once, however often, late and disordered that is told, and touches no other refund', async () => {
    const order = await refunded({ one: 1_000, two: 1_250, three: 2_000 });
    await stage.reaches(order, 'REFUNDED');
    await sentBack(order, 'two');
    // Of another refund, which is paid as before; then of this one, three times over.
    await tell(order, 'three', 'refund.updated');
    await Promise.all([tell(order, 'two', 'refund.failed'), tell(order, 'two', 'refund.updated')]);
    await tell(order, 'two', 'refund.failed');
    const expected = { one: 'PAID', two: 'EXPIRED_OR_CANCELED_CARD', three: 'PAID' };
    await eventually(async () => expect(await refundsOf(order)).toEqual(expected));
    await tell(order, 'two', 'refund.failed', 'evt_once_more');
    await eventually(async () => {
      expect(await stage.stored(order)).not.toHaveProperty('doubts');
      expect(failuresOf(order)).toHaveLength(1);
    });
    expect(failuresOf(order)[0]?.payload).toMatchObject({
      refunds: [{ refundId: 'one' }, { refundId: 'three' }],
      refundFailure: { refundId: 'two' },
    });
    expect(await refundsOf(order)).toEqual(expected);
    expect(await stage.ledgerOf(order)).toEqual(ledger(3_000));
    expect(await stage.stateOf(order)).toBe('CAPTURED');
    expect(await stage.collection('webhook_events').countDocuments({ result: 'FOR_PEOPLE' } as object)).toBe(
      0,
    );

    await stage.askSomeBack(order, { one: 1_000, four: 1_250, three: 2_000 }, 9);
    await stage.reaches(order, 'REFUNDED');
    expect(await stage.ledgerOf(order)).toEqual(ledger(TOTAL));
    // What was told of the first try comes again, after the second one.
    await tell(order, 'two', 'refund.updated', 'evt_very_late');
    expect(await refundsOf(order)).toEqual({ one: 'PAID', three: 'PAID', four: 'PAID' });
  });

  it('is believed of the provider alone: what a webhook says is only a reason to ask', async () => {
    const order = await refunded({ one: TOTAL });
    await tell(order, 'one', 'refund.failed');
    await eventually(async () => expect(await stage.stored(order)).not.toHaveProperty('doubts'));
    expect(await stage.stored(order)).toMatchObject({ state: 'REFUNDED', refunds: [{ refundId: 'one' }] });
    expect(await stage.ledgerOf(order)).toEqual(ledger(TOTAL));
  });

  it('is not forgotten while the provider does not answer', async () => {
    const order = await refunded({ one: TOTAL });
    await sentBack(order, 'one');
    const { provider } = stage;
    const original = provider.ask.bind(provider);
    provider.ask = () => Promise.reject(new Error('nobody answers'));
    try {
      await tell(order, 'one', 'refund.failed');
      await eventually(async () => expect((await stage.stored(order)).doubts).toEqual(['one']));
    } finally {
      provider.ask = original;
    }
    expect(await stage.stateOf(order)).toBe('REFUNDED');
    await eventually(async () => {
      await stage.makeDue(order);
      expect(await stage.stateOf(order)).toBe('CAPTURED');
    });
    expect(await stage.ledgerOf(order)).toEqual(ledger(0));
  });

  it('is taken from the repetition of a webhook whose first taker was killed', async () => {
    const order = await refunded({ one: TOTAL });
    await sentBack(order, 'one');
    const killed = {
      _id: `stripe:evt_killed_${order.orderId}`,
      type: 'refund.failed',
      receivedAt: new Date(),
    };
    await stage.collection('webhook_events').insertOne(killed);
    await tell(order, 'one', 'refund.failed', 'evt_killed');
    await stage.reaches(order, 'CAPTURED');
    expect(await stage.collection('webhook_events').findOne({ _id: killed._id })).toMatchObject({
      result: 'TAKEN',
    });
  });

  it('is found out, too, while nobody has heard that it was paid', async () => {
    canned.loses = '/refunds';
    const order = newOrder();
    await stage.buyer.expect('Payment', PAY, stage.input(order, 'pm_card_visa'));
    await stage.tell(order, 'OrderConfirmed', 'CONFIRMED', 3);
    await stage.reaches(order, 'CAPTURED');
    await stage.askBack(order, 'one', 6);
    const key = await keyOf(order, 'one');
    await eventually(() => canned.sendBack(key));
    canned.loses = undefined;
    await tell(order, 'one', 'refund.failed');
    await eventually(async () => expect(await refundsOf(order)).toEqual({ one: 'EXPIRED_OR_CANCELED_CARD' }));
    await eventually(() => expect(failuresOf(order)).toHaveLength(1));
    expect(await stage.ledgerOf(order)).toEqual(ledger(0));
    await eventually(async () => expect(await stage.stored(order)).not.toHaveProperty('doubts'));
  });
});
