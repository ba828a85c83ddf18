import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import { pino } from 'pino';
import type { PaymentClaims } from '#security';
import { eventually } from '#testing';
import { CannedStripe } from './canned-stripe.ts';
import { newOrder, PAY, PaymentsStage } from './payments-stage.ts';

/**
 * Real: the service, its engines, Stripe's library. Stripe itself is played, over HTTP, on its bad days. What it answers
 * then is as docs.stripe.com/error-low-level says: a fault of its own is remembered under the idempotency key, and comes
 * again for a day.
 */
let canned: CannedStripe;
let stage: PaymentsStage;

const VISA = 'pm_card_visa';

beforeAll(async () => {
  canned = await CannedStripe.start();
  stage = await PaymentsStage.open(canned.settings);
});

afterAll(async () => {
  await stage?.close();
  await canned?.stop();
});

async function authorized(): Promise<PaymentClaims> {
  const order = newOrder();
  await stage.buyer.expect('Payment', PAY, stage.input(order, VISA));
  return order;
}

/** Lets the sweep look, again and again, until the payment is there. */
async function goesOnTo(order: PaymentClaims, state: string): Promise<void> {
  await eventually(async () => {
    await stage.makeDue(order);
    expect(await stage.stateOf(order)).toBe(state);
  });
}

/** Resolves when Stripe has been asked to do this, and what it said has been thought about. */
async function asked(order: PaymentClaims, command: string): Promise<void> {
  const path = `/v1/payment_intents/${(await stage.stored(order)).intentId}/${command}`;
  await eventually(() => expect(canned.calls).toContain(`POST ${path}`));
  await sleep(200);
}

const booked = (order: PaymentClaims) =>
  stage.collection('ledger').countDocuments({ orderId: order.orderId } as object);

describe('a fault of Stripe', () => {
  it('at a capture is over with the next look, although Stripe would repeat it for a day', async () => {
    const order = await authorized();
    canned.breaksOnce = '/capture';
    await stage.tell(order, 'OrderConfirmed', 'CONFIRMED', 3);
    await asked(order, 'capture');
    expect(await stage.stateOf(order)).toBe('AUTHORIZED');
    await goesOnTo(order, 'CAPTURED');
    expect(canned.intentOf(order.orderId)).toMatchObject({ status: 'succeeded', amount_received: 4_250 });
    expect(await booked(order)).toBe(1);
  });

  it('at a void does not keep the money for a day', async () => {
    const order = await authorized();
    canned.breaksOnce = '/cancel';
    await stage.tell(order, 'OrderCancelled', 'CANCELLED', 3);
    await asked(order, 'cancel');
    await goesOnTo(order, 'VOIDED');
    expect(canned.intentOf(order.orderId)['status']).toBe('canceled');
  });
});

describe('a try to pay', () => {
  it('that Stripe never carried out is not made good later: the buyer has gone', async () => {
    const order = newOrder({ payBy: new Date(Date.now() + 1_000) });
    canned.breaksOnce = '/confirm';
    await stage.buyer.expect('RetryLater', PAY, stage.input(order, VISA));
    await sleep(order.payBy.getTime() - Date.now());
    await goesOnTo(order, 'VOIDED');
    expect(canned.intentOf(order.orderId)['status']).toBe('canceled');
    expect(stage.typesOf(order)).not.toContain('PaymentAuthorized');
  });

  it('is looked for at the intent that was opened for it, also when Stripe has forgotten the key', async () => {
    const order = newOrder();
    canned.loses = '/confirm';
    await stage.buyer.expect('RetryLater', PAY, stage.input(order, VISA));
    canned.loses = undefined;
    canned.forgetKeys();
    await goesOnTo(order, 'AUTHORIZED');
    expect(
      [...canned.intents.values()].filter((one) => one['metadata'].order_id === order.orderId),
    ).toHaveLength(1);
  });

  it('that Stripe carried out, without being heard, still counts: its order may have the units again', async () => {
    const order = newOrder({ payBy: new Date(Date.now() + 1_000) });
    canned.loses = '/confirm';
    await stage.buyer.expect('RetryLater', PAY, stage.input(order, VISA));
    canned.loses = undefined;
    await sleep(order.payBy.getTime() - Date.now());
    await goesOnTo(order, 'AUTHORIZED');
  });
});

describe('a capture', () => {
  it('that meets a strange account is no refusal: the order keeps its units until the right key is back', async () => {
    const order = await authorized();
    const { id } = canned.intentOf(order.orderId);
    const intent = canned.intents.get(id)!;
    canned.intents.delete(id);
    await stage.tell(order, 'OrderConfirmed', 'CONFIRMED', 3);
    await asked(order, 'capture');
    expect(await stage.stored(order)).toMatchObject({ state: 'AUTHORIZED', operation: { kind: 'CAPTURE' } });
    canned.intents.set(id, intent);
    await goesOnTo(order, 'CAPTURED');
    expect(stage.typesOf(order)).not.toContain('PaymentFailed');
  });

  it('of less than was authorized, by other hands, is not taken for the whole', async () => {
    const order = await authorized();
    Object.assign(canned.intentOf(order.orderId), { status: 'succeeded', amount_received: 1_000 });
    await stage.tell(order, 'OrderConfirmed', 'CONFIRMED', 3);
    await asked(order, 'capture');
    expect(await stage.stored(order)).toMatchObject({ state: 'AUTHORIZED', operation: { kind: 'CAPTURE' } });
    expect(await booked(order)).toBe(0);
  });

  it('that the bank declines leaves nothing reserved', async () => {
    const order = await authorized();
    canned.declinesCaptures = true;
    await stage.tell(order, 'OrderConfirmed', 'CONFIRMED', 3);
    await stage.reaches(order, 'FAILED');
    canned.declinesCaptures = false;
    expect((await stage.paymentOf(order)).failureCode).toBe('CARD_DECLINED');
    expect(canned.intentOf(order.orderId)['status']).toBe('canceled');
  });

  it('of an authorization that has ended is refused, and the order hears of it', async () => {
    const order = await authorized();
    canned.intentOf(order.orderId)['status'] = 'canceled';
    await stage.tell(order, 'OrderConfirmed', 'CONFIRMED', 3);
    await stage.reaches(order, 'FAILED');
    expect((await stage.paymentOf(order)).failureCode).toBe('AUTHORIZATION_EXPIRED');
  });
});

describe('what Stripe says of a fault', () => {
  it.each(['pm_broken', 'pm_rate_limited'])(
    'of %s comes into no log with the client secret',
    async (method) => {
      const order = newOrder();
      await stage.buyer.expect('RetryLater', PAY, stage.input(order, method));
      const { id: intentId, client_secret: secret } = canned.intentOf(order.orderId);
      const authorizing = stage.provider.authorize({ intentId, key: `again ${method}`, method });
      const error: unknown = await authorizing.catch((thrown: unknown) => thrown);
      if (!(error instanceof Error)) throw new Error('Stripe was not to answer');
      expect(JSON.stringify(pino.stdSerializers.err(error))).not.toContain(secret);
      expect(inspect(error, { depth: 10, showHidden: true })).not.toContain(secret);
      expect(error.message).toMatch(/^Stripe answered (500|429)/);
    },
  );
});
