import { Stripe } from 'stripe';
import type { PaymentClaims } from '#security';
import { eventually } from '#testing';
import { CannedStripe, WEBHOOK_SECRET } from './canned-stripe.ts';
import { DISPUTED, DISPUTE_WON, newOrder, PAY, PaymentsStage } from './payments-stage.ts';

/** Real: the service, its engines, its built-in provider, Stripe's library and signatures. Stripe itself is played. */
let canned: CannedStripe;
let stage: PaymentsStage;

const TOTAL = 4_250;
/** What the ledger's accounts come to while a bank has so much. */
const ledger = (disputed: number, provider = 'stripe') => ({
  [`provider:${provider}:clearing`]: TOTAL - disputed,
  [`provider:${provider}:disputed`]: disputed,
  'organization:organization:payable': -TOTAL,
});

beforeAll(async () => {
  canned = await CannedStripe.start();
  stage = await PaymentsStage.open(canned.settings);
});

afterAll(async () => {
  await stage?.close();
  await canned?.stop();
});

let told = 0;

/** A webhook of Stripe's about a dispute, which names no order. */
async function tell(dispute: object, type: string): Promise<string> {
  const id = `evt_${++told}`;
  const payload = JSON.stringify({ id, object: 'event', data: { object: dispute }, type });
  const header = new Stripe('sk_test_none').webhooks.generateTestHeaderString({
    payload,
    secret: WEBHOOK_SECRET,
  });
  const { status } = await stage.webhook(payload, { provider: 'stripe', 'stripe-signature': header });
  expect(status).toBe(200);
  const noted: any = await stage.collection('webhook_events').findOne({ _id: `stripe:${id}` });
  return noted.result;
}

async function captured(): Promise<PaymentClaims> {
  const order = newOrder();
  await stage.buyer.expect('Payment', PAY, stage.input(order, 'pm_card_visa'));
  await stage.tell(order, 'OrderConfirmed', 'CONFIRMED', 3);
  await stage.reaches(order, 'CAPTURED');
  return order;
}

describe('a dispute', () => {
  it('is booked once for each direction, however often and disordered it is told, and changes no payment', async () => {
    const order = await captured();
    const dispute = canned.dispute(order.orderId);
    expect(await tell(dispute, 'charge.dispute.created')).toBe('NOTHING_TO_DO');
    expect(await stage.ledgerOf(order)).not.toHaveProperty(['provider:stripe:disputed']);

    dispute['balance_transactions'] = [{ amount: -TOTAL, fee: 1_500, currency: 'usd' }];
    const withdrawn = 'charge.dispute.funds_withdrawn';
    await Promise.all([tell(dispute, withdrawn), tell(dispute, withdrawn)]);
    expect(await tell(dispute, withdrawn)).toBe('FOR_PEOPLE');
    expect(await stage.ledgerOf(order)).toEqual(ledger(TOTAL));

    dispute['balance_transactions'].push({ amount: TOTAL, fee: 0, currency: 'usd' });
    await tell(dispute, 'charge.dispute.funds_reinstated');
    await tell(dispute, withdrawn);
    expect(await stage.ledgerOf(order)).toEqual(ledger(0));
    expect(await stage.collection('ledger').countDocuments({ orderId: order.orderId } as object)).toBe(3);
    expect(await stage.stored(order)).toMatchObject({
      state: 'CAPTURED',
      disputes: [{ disputeId: dispute['id'], isReinstated: true }],
    });
    expect(stage.typesOf(order)).not.toContain('PaymentFailed');
  });

  it('of somebody else is left alone', async () => {
    const foreign = { id: 'dp_foreign', object: 'dispute', payment_intent: 'pi_foreign' };
    expect(await tell(foreign, 'charge.dispute.funds_withdrawn')).toBe('UNKNOWN_PAYMENT');
  });

  it('takes from what the provider owes, and not from what an organization is owed', async () => {
    const own = await PaymentsStage.open();
    try {
      const [lost, won] = await Promise.all([own.captured(DISPUTED), own.captured(DISPUTE_WON)]);
      const disputedOf = async (order: PaymentClaims) =>
        (await own.ledgerOf(order))['provider:test:disputed'] ?? 'NOTHING YET';
      await eventually(async () => {
        expect(await disputedOf(lost)).toBe(TOTAL);
        expect(await disputedOf(won)).toBe(TOTAL);
      }, 10_000);
      await eventually(async () => expect(await disputedOf(won)).toBe(0), 10_000);
      expect(await own.ledgerOf(lost)).toEqual(ledger(TOTAL, 'test'));
      expect(await own.ledgerOf(won)).toEqual(ledger(0, 'test'));
      const admin = await own.graphOf('admin', { roles: ['ADMIN'] });
      const asked = `{ providerBalances(provider: "test") {
        captured { amount } refunded { amount } disputed { amount } balance { amount } } }`;
      expect((await admin.data(asked)).providerBalances).toEqual([
        {
          captured: { amount: 2 * TOTAL },
          refunded: { amount: 0 },
          disputed: { amount: TOTAL },
          balance: { amount: TOTAL },
        },
      ]);
    } finally {
      await own.close();
    }
  });
});
