import { Stripe } from 'stripe';
import type { PaymentClaims } from '#security';
import { eventually } from '#testing';
import { InvalidEnvironment } from '#config';
import { stripeKeys } from '../src/config.ts';
import { StripeProvider } from '../src/stripe/stripe-provider.ts';
import { CannedStripe, WEBHOOK_SECRET } from './canned-stripe.ts';
import { newOrder, PAY, PaymentsStage } from './payments-stage.ts';

/** Real: the service, its engines, Stripe's library and signatures. Stripe itself is played, over HTTP. */
let canned: CannedStripe;
let stage: PaymentsStage;

const VISA = 'pm_card_visa';
const CHALLENGED = 'pm_card_authenticationRequired';

beforeAll(async () => {
  canned = await CannedStripe.start();
  stage = await PaymentsStage.open({ ...canned.settings, PUBLIC_URL: 'https://tickets.example' });
});

afterAll(async () => {
  await stage?.close();
  await canned?.stop();
});

const callsOf = (order: PaymentClaims, command: string) => {
  const { id } = canned.intentOf(order.orderId);
  return canned.calls.filter((call) => call === `POST /v1/payment_intents/${id}/${command}`).length;
};

/** What Stripe would send about an order's payment, signed by Stripe's own library. */
function tell(order: PaymentClaims, type: string, secret = WEBHOOK_SECRET) {
  const object = canned.intentOf(order.orderId);
  const payload = JSON.stringify({
    id: `evt_${type}_${order.orderId}`,
    object: 'event',
    api_version: '2026-10-28.endive',
    created: Math.floor(Date.now() / 1_000),
    data: { object },
    livemode: false,
    pending_webhooks: 1,
    request: { id: null, idempotency_key: null },
    type,
  });
  const header = new Stripe('sk_test_none').webhooks.generateTestHeaderString({ payload, secret });
  return stage.webhook(payload, { provider: 'stripe', 'stripe-signature': header });
}

async function captured(): Promise<PaymentClaims> {
  const order = newOrder();
  await stage.buyer.expect('Payment', PAY, stage.input(order, VISA));
  await stage.tell(order, 'OrderConfirmed', 'CONFIRMED', 3);
  await stage.reaches(order, 'CAPTURED');
  return order;
}

describe('a payment by Stripe', () => {
  it('is authorized for exactly the quote, captured once, and booked to Stripe', async () => {
    const order = await captured();
    expect(canned.intentOf(order.orderId)).toMatchObject({
      amount: 4_250,
      currency: 'eur',
      capture_method: 'manual',
      status: 'succeeded',
    });
    expect([callsOf(order, 'confirm'), callsOf(order, 'capture')]).toEqual([1, 1]);
    const [booked] = (await stage
      .collection('ledger')
      .find({ orderId: order.orderId } as object)
      .toArray()) as any[];
    expect(booked.entries[0]).toEqual({ account: 'provider:stripe:clearing', amount: 4_250 });
    await eventually(() => expect(stage.factsOf(order)[0]?.payload.provider).toBe('stripe'));
  });

  it.each([
    ['pm_card_visa_chargeDeclined', 'CARD_DECLINED'],
    ['pm_card_visa_chargeDeclinedInsufficientFunds', 'INSUFFICIENT_FUNDS'],
    ['pm_card_chargeDeclinedExpiredCard', 'EXPIRED_CARD'],
    ['pm_card_stolen', 'CARD_DECLINED'],
  ])('of %s is declined, and can be tried again', async (method, declineCode) => {
    const order = newOrder();
    expect(await stage.buyer.expect('PaymentDeclined', PAY, stage.input(order, method))).toMatchObject({
      declineCode,
    });
    await stage.buyer.expect('Payment', PAY, stage.input(order, VISA));
    expect(canned.intentOf(order.orderId)['status']).toBe('requires_capture');
  });

  it('of a method that does not exist names the method; an amount that cannot be charged is refused', async () => {
    const unknown = stage.input(newOrder(), 'pm_nothing');
    expect((await stage.buyer.expect('InvalidInput', PAY, unknown)).field).toBe('method');
    const fils = stage.input(newOrder({ amount: 5_124, currency: 'KWD' }), VISA);
    expect((await stage.buyer.expect('PaymentDeclined', PAY, fils)).declineCode).toBe(
      'AMOUNT_NOT_CHARGEABLE',
    );
    const cents = stage.input(newOrder({ amount: 10 }), VISA);
    expect((await stage.buyer.expect('PaymentDeclined', PAY, cents)).declineCode).toBe('AMOUNT_TOO_SMALL');
  });

  it('in yen and krónur is of the amount that Stripe means', async () => {
    const [yen, kronur] = [
      newOrder({ amount: 5_000, currency: 'JPY' }),
      newOrder({ amount: 900, currency: 'ISK' }),
    ];
    for (const order of [yen, kronur]) await stage.buyer.expect('Payment', PAY, stage.input(order, VISA));
    expect([canned.intentOf(yen.orderId)['amount'], canned.intentOf(kronur.orderId)['amount']]).toEqual([
      5_000, 90_000,
    ]);
  });

  it('that the buyer has to approve gives the frontend what it needs, which is not kept', async () => {
    const order = newOrder();
    const payment = await stage.buyer.expect('Payment', PAY, stage.input(order, CHALLENGED));
    const { id, next_action: action } = canned.intentOf(order.orderId);
    expect(payment).toMatchObject({
      state: 'REQUIRES_ACTION',
      nextAction: { url: 'https://hooks.stripe.com/3d', clientSecret: `${id}_secret_x` },
    });
    expect(action.redirect_to_url.return_url).toBe('https://tickets.example');
    expect(JSON.stringify(await stage.stored(order))).not.toContain('secret');
    const stranger = await stage.graphOf('stranger');
    const asked = `query ($orderId: ID!) { payment(orderId: $orderId) { nextAction { clientSecret } } }`;
    expect((await stranger.data(asked, { orderId: order.orderId })).payment).toBeNull();

    canned.answerChallenge(order.orderId, true);
    expect((await tell(order, 'payment_intent.amount_capturable_updated')).status).toBe(200);
    await stage.reaches(order, 'AUTHORIZED');
    expect(callsOf(order, 'confirm')).toBe(1);
  });

  it('that the buyer denies is declined, and can be paid by another method', async () => {
    const order = newOrder();
    await stage.buyer.expect('Payment', PAY, stage.input(order, CHALLENGED));
    canned.answerChallenge(order.orderId, false);
    await tell(order, 'payment_intent.payment_failed');
    await eventually(async () =>
      expect(await stage.paymentOf(order)).toMatchObject({
        state: 'PENDING',
        failureCode: 'AUTHENTICATION_FAILED',
      }),
    );
    await stage.buyer.expect('Payment', PAY, stage.input(order, VISA));
  });

  it('that was never approved is cancelled at Stripe when the order expires', async () => {
    const order = newOrder();
    await stage.buyer.expect('Payment', PAY, stage.input(order, CHALLENGED));
    await stage.tell(order, 'OrderExpired', 'EXPIRED', 2);
    await stage.reaches(order, 'VOIDED');
    expect(canned.intentOf(order.orderId)['status']).toBe('canceled');
  });

  it('whose authorization, capture and refund are not answered is asked about, and done once', async () => {
    const order = newOrder();
    const goesOn = (state: string) =>
      eventually(async () => {
        await stage.makeDue(order);
        expect(await stage.stateOf(order)).toBe(state);
      });
    canned.loses = '/confirm';
    await stage.buyer.expect('RetryLater', PAY, stage.input(order, VISA));
    await goesOn('AUTHORIZED');
    canned.loses = '/capture';
    await stage.tell(order, 'OrderConfirmed', 'CONFIRMED', 3);
    await goesOn('CAPTURED');
    canned.loses = '/refunds';
    await stage.askBack(order, 'one', 6);
    await goesOn('REFUNDED');
    canned.loses = undefined;
    const { id } = canned.intentOf(order.orderId);
    expect([callsOf(order, 'confirm'), callsOf(order, 'capture')]).toEqual([1, 1]);
    expect(canned.refunds.filter(({ payment_intent: of }) => of === id)).toMatchObject([
      { amount: 4_250, metadata: { order_id: order.orderId } },
    ]);
  });

  it('stays open while Stripe is out of order, or has too much to do', async () => {
    for (const method of ['pm_broken', 'pm_rate_limited']) {
      const order = newOrder();
      await stage.buyer.expect('RetryLater', PAY, stage.input(order, method));
      expect(await stage.stateOf(order)).toBe('PENDING');
      expect((await stage.stored(order)).operation.kind).toBe('AUTHORIZE');
    }
  });
});

describe('a webhook of Stripe', () => {
  it('that is signed with another secret is refused', async () => {
    const order = await captured();
    expect(await tell(order, 'payment_intent.succeeded', 'whsec_another')).toMatchObject({
      status: 400,
      answer: { code: 'INVALID_WEBHOOK' },
    });
    expect((await tell(order, 'payment_intent.succeeded')).status).toBe(200);
  });
});

describe('the provider', () => {
  it('tells whose state is not the expected one what has become of it', async () => {
    const order = await captured();
    const { id: intentId } = canned.intentOf(order.orderId);
    const { provider } = stage;
    expect(await provider.capture({ intentId, key: 'another key' })).toEqual({ result: 'DONE' });
    expect(await provider.void({ intentId, key: 'void' })).toEqual({
      result: 'REFUSED',
      code: 'ALREADY_CAPTURED',
    });
    const amount = { amount: 4_251, currency: 'EUR' };
    expect(await provider.refund({ intentId, key: 'too much', orderId: order.orderId, amount })).toEqual({
      result: 'REFUSED',
      code: 'CHARGE_ALREADY_REFUNDED',
    });
  });

  it('does not take a wrong key for a refusal', async () => {
    const wrong = {
      secretKey: 'sk_wrong',
      webhookSecret: 'x',
      apiBase: new URL(canned.url),
      returnUrl: 'https://x.example',
    };
    const opening = new StripeProvider(wrong).createIntent({
      key: 'k',
      orderId: 'o',
      amount: { amount: 100, currency: 'EUR' },
    });
    await expect(opening).rejects.toThrow();
  });

  it('is named to frontends, with its public key', async () => {
    const { paymentProvider } = await stage.buyer.data('{ paymentProvider { name publishableKey } }');
    expect(paymentProvider).toEqual({ name: 'stripe', publishableKey: 'pk_test_canned' });
  });

  it('is not set up by half', () => {
    const half = { ...stage.config, STRIPE_WEBHOOK_SECRET: undefined };
    expect(() => stripeKeys(half)).toThrow(InvalidEnvironment);
    expect(() => stripeKeys(half)).toThrow(/STRIPE_WEBHOOK_SECRET/);
  });
});
