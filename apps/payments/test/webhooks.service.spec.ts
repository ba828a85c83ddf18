import { randomBytes } from 'node:crypto';
import type { Server } from 'node:http';
import type { PaymentClaims } from '#security';
import { eventually } from '#testing';
import { signWebhook } from '../src/webhooks/domain/signature.ts';
import { ANSWERS_LATE, ANSWERS_TWICE, CHALLENGED, newOrder, PAY, PaymentsStage } from './payments-stage.ts';

/** Real: the service, its engines, the signed requests. Webhooks are sent as the provider would, in its place. */
let stage: PaymentsStage;

beforeAll(async () => {
  stage = await PaymentsStage.open();
});

afterAll(() => stage.close());

const SIGNATURE = 'test-provider-signature';

interface Told {
  readonly id?: string;
  readonly type?: string;
  readonly object?: object;
}

let events = 0;

/** An event of the documented shape about an order's payment. */
async function eventOf(
  order: PaymentClaims,
  { id = `evt_${++events}`, type, object }: Told = {},
): Promise<string> {
  const { intentId } = (await stage.stored(order)) ?? {};
  return JSON.stringify({
    id,
    object: 'event',
    api_version: '2025-10-29',
    created: Math.floor(Date.now() / 1_000),
    livemode: false,
    type: type ?? 'payment_intent.amount_capturable_updated',
    data: {
      object: object ?? { id: intentId, object: 'payment_intent', metadata: { order_id: order.orderId } },
    },
  });
}

function send(body: string | Buffer, { at = new Date(), key = stage.config.TEST_PROVIDER_KEY } = {}) {
  return stage.webhook(body, { [SIGNATURE]: signWebhook(key, Buffer.from(body), at) });
}

async function challenged(): Promise<PaymentClaims> {
  const order = newOrder();
  expect(await stage.buyer.expect('Payment', PAY, stage.input(order, CHALLENGED))).toMatchObject({
    state: 'REQUIRES_ACTION',
  });
  return order;
}

/** Lets the provider decide without telling anybody, so that only the test's webhooks tell. */
async function approveSilently(order: PaymentClaims): Promise<void> {
  const intents = stage.service.db.client
    .db(`${stage.service.db.databaseName}_test_provider`)
    .collection('intents');
  const { operation } = await stage.stored(order);
  await intents.updateOne(
    { orderId: order.orderId },
    {
      $set: { status: 'AUTHORIZED', method: CHALLENGED },
      $unset: { pending: '' },
      $push: {
        journal: { key: operation.key, command: 'AUTHORIZE', outcome: { result: 'DONE' }, at: new Date() },
      } as object,
    },
  );
}

const noted = (id: string) =>
  stage.collection('webhook_events').findOne({ _id: `test:${id}` }) as Promise<any>;

describe('a webhook', () => {
  it('makes the provider be asked, long before the sweep would, once for each event', async () => {
    const order = await challenged();
    await approveSilently(order);
    const body = await eventOf(order, { id: 'evt_once' });
    expect(await send(body)).toEqual({ status: 200, answer: { received: true } });
    await stage.reaches(order, 'AUTHORIZED');
    const again = await Promise.all([send(body), send(body), send(body)]);
    expect(again.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await noted('evt_once')).toMatchObject({ result: 'TAKEN', orderId: order.orderId });
    expect((await stage.booksOf(order)).commands).toEqual(['AUTHORIZE']);
    await eventually(() => expect(stage.typesOf(order)).toEqual(['PaymentAuthorized']));
  });

  it('is not believed: it says authorized, the provider does not, and nothing changes', async () => {
    const order = await challenged();
    expect((await send(await eventOf(order, { id: 'evt_too_early' }))).status).toBe(200);
    await eventually(async () => expect((await noted('evt_too_early')).result).toBe('TAKEN'));
    expect((await stage.paymentOf(order)).state).toBe('REQUIRES_ACTION');
  });

  it('may come in any order: the last one first, the first one last', async () => {
    const order = await challenged();
    await approveSilently(order);
    await send(await eventOf(order, { type: 'payment_intent.amount_capturable_updated' }));
    await stage.reaches(order, 'AUTHORIZED');
    await send(await eventOf(order, { type: 'payment_intent.requires_action', id: 'evt_late' }));
    await send(await eventOf(order, { type: 'payment_intent.created' }));
    expect(await noted('evt_late')).toMatchObject({ result: 'NOTHING_TO_DO' });
    expect(await stage.stateOf(order)).toBe('AUTHORIZED');
  });

  it('of an unknown order, of another intent, or of something else is taken, noted, and changes nothing', async () => {
    const order = await challenged();
    await approveSilently(order);
    const metadata = { order_id: order.orderId };
    const bodies = [
      await eventOf(newOrder(), { id: 'evt_unknown' }).then((body) =>
        body.replace('"object":"payment_intent"', '"id":"pi","object":"payment_intent"'),
      ),
      await eventOf(order, {
        id: 'evt_other',
        object: { id: 'another', object: 'payment_intent', metadata },
      }),
      await eventOf(order, { id: 'evt_payout', object: { id: 'po_1', object: 'payout' } }),
    ];
    for (const body of bodies) expect((await send(body)).status).toBe(200);
    for (const id of ['evt_unknown', 'evt_other', 'evt_payout'])
      expect(await noted(id)).toMatchObject({ result: 'UNKNOWN_PAYMENT' });
    expect((await stage.paymentOf(order)).state).toBe('REQUIRES_ACTION');
  });

  it.each([
    ['a balance, which has no id', { object: 'balance', available: [] }],
    [
      "another's refund, which failed",
      { id: 're_1', object: 'refund', metadata: { order_id: 'of other software' } },
      'refund.failed',
    ],
    ['an object without a name', { id: 'x', livemode: false }],
    [
      "another's order id, longer than ours",
      { id: 'ch_1', object: 'charge', metadata: { order_id: 'x'.repeat(400) } },
    ],
    ["another's order id, empty", { id: 'ch_2', object: 'charge', metadata: { order_id: '' } }],
    ['an intent that is told whole', { id: 'ch_3', object: 'charge', payment_intent: { id: 'pi_x' } }],
  ])(
    'of %s is taken, since the provider would only send it again',
    async (_, object, type = 'something.else') => {
      const id = `evt_else_${++events}`;
      const body = JSON.stringify({ id, object: 'event', type, data: { object } });
      expect(await send(body)).toEqual({ status: 200, answer: { received: true } });
      expect(await noted(id)).toMatchObject({ result: 'UNKNOWN_PAYMENT' });
    },
  );

  it.each(['refund.failed', 'charge.dispute.funds_withdrawn'])(
    'that tells %s is kept for people: no rule here knows what that money means',
    async (type) => {
      const order = await stage.captured();
      const { intentId: payment_intent } = await stage.stored(order);
      const id = `evt_people_${++events}`;
      const ofOrder = { metadata: { order_id: order.orderId } };
      const object = { id: 'x_1', object: 'x', payment_intent, ...(type === 'refund.failed' ? ofOrder : {}) };
      expect((await send(await eventOf(order, { id, type, object }))).status).toBe(200);
      expect(await noted(id)).toMatchObject({ result: 'FOR_PEOPLE', intentId: payment_intent });
      const text = await (await fetch(`${stage.service.url}/metrics`)).text();
      expect(text).toMatch(/tessera_payment_webhooks_total\{[^}]*result="FOR_PEOPLE"[^}]*\} [1-9]/);
    },
  );

  it('is taken whatever its body is said to be', async () => {
    for (const type of [
      'application/json; charset=utf-16',
      'text/plain',
      'application/octet-stream',
      'application/x-www-form-urlencoded',
    ]) {
      const order = await challenged();
      await approveSilently(order);
      const body = await eventOf(order);
      const signature = signWebhook(stage.config.TEST_PROVIDER_KEY, Buffer.from(body), new Date());
      const { status } = await stage.webhook(body, { [SIGNATURE]: signature, 'content-type': type });
      expect([type, status]).toEqual([type, 200]);
      await stage.reaches(order, 'AUTHORIZED');
    }
  });

  it('that is forged, old, of the future or unsigned is refused, and leaves no trace', async () => {
    const order = await challenged();
    await approveSilently(order);
    const body = await eventOf(order, { id: 'evt_forged' });
    const minutes = (count: number) => ({ at: new Date(Date.now() + count * 60_000) });
    const signed = {
      [SIGNATURE]: signWebhook(stage.config.TEST_PROVIDER_KEY, Buffer.from(body), new Date()),
    };
    const answers = await Promise.all([
      send(body, { key: randomBytes(32) }),
      send(body, minutes(-6)),
      send(body, minutes(6)),
      stage.webhook(body),
      stage.webhook(body, { 'stripe-signature': signed[SIGNATURE] ?? '' }),
      stage.webhook(body.replace('authorized', 'captured').replace('evt_forged', 'evt_forget'), signed),
    ]);
    for (const { status, answer } of answers)
      expect({ status, code: answer.code, type: answer.type }).toEqual({
        status: 400,
        code: 'INVALID_WEBHOOK',
        type: 'about:blank',
      });
    expect(await noted('evt_forged')).toBeNull();
    expect((await stage.paymentOf(order)).state).toBe('REQUIRES_ACTION');
  });

  it.each([
    ['nothing', ''],
    ['no JSON', '{'],
    ['another kind of object', '{"id":"evt_x","object":"charge"}'],
    ['an event without an id', '{"object":"event","type":"x","data":{"object":{"id":"a","object":"b"}}}'],
    ['an operator in the place of an id', '{"id":{"$ne":1},"object":"event","type":"x","data":{}}'],
    ['a huge id', JSON.stringify({ id: 'x'.repeat(300), object: 'event', type: 'x', data: { object: {} } })],
  ])('with %s is refused although it is signed', async (_, body) => {
    const { status, answer } = await send(body);
    expect([status, answer.code]).toEqual([400, 'INVALID_WEBHOOK']);
  });

  it('that is too large is refused, and one for nobody is not there', async () => {
    const large = await send(Buffer.alloc(64 * 1024 + 1, 'x'));
    expect([large.status, large.answer.code]).toEqual([413, 'WEBHOOK_TOO_LARGE']);
    const nobody = await stage.webhook('{}', { provider: 'paypal' });
    expect([nobody.status, nobody.answer.code]).toEqual([404, 'UNKNOWN_PROVIDER']);
  });

  it('has to arrive within two minutes: Node ends what drips for longer', () => {
    const { requestTimeout } = stage.service.app.getHttpServer() as Server;
    expect(requestTimeout).toBeGreaterThan(0);
    expect(requestTimeout).toBeLessThanOrEqual(120_000);
  });

  it('is forgotten by itself after 30 days', async () => {
    const indexes = await stage.collection('webhook_events').indexes();
    expect(indexes).toContainEqual(expect.objectContaining({ name: 'over', expireAfterSeconds: 2_592_000 }));
  });
});

describe('the provider that tells by webhook', () => {
  it('answers late: the buyer is told to come again, and finds the order paid', async () => {
    const order = newOrder();
    await stage.buyer.expect('RetryLater', PAY, stage.input(order, ANSWERS_LATE));
    expect(await stage.stateOf(order)).toBe('PENDING');
    await stage.reaches(order, 'AUTHORIZED');
    expect(await stage.buyer.expect('Payment', PAY, stage.input(order))).toMatchObject({
      state: 'AUTHORIZED',
    });
    const events = await stage
      .collection('webhook_events')
      .countDocuments({ orderId: order.orderId } as object);
    expect(events).toBe(1);
    expect((await stage.booksOf(order)).commands).toEqual(['AUTHORIZE']);
  });

  it('answers twice: the second time changes nothing', async () => {
    const order = newOrder();
    await stage.buyer.expect('Payment', PAY, stage.input(order, ANSWERS_TWICE));
    await eventually(async () =>
      expect(
        await stage.collection('webhook_events').countDocuments({ orderId: order.orderId } as object),
      ).toBe(1),
    );
    await stage.tell(order, 'OrderConfirmed', 'CONFIRMED', 3);
    await stage.reaches(order, 'CAPTURED');
    expect((await stage.booksOf(order)).commands).toEqual(['AUTHORIZE', 'CAPTURE']);
    await eventually(() => expect(stage.typesOf(order)).toEqual(['PaymentAuthorized', 'PaymentCaptured']));
  });
});
