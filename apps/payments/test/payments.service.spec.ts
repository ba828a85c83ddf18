import { randomBytes } from 'node:crypto';
import { ticketsOrders } from '#contracts';
import { issuePaymentToken } from '#security';
import { eventually, type GraphClient } from '#testing';
import {
  DECLINED,
  LOSES_CAPTURE,
  newOrder,
  NO_FUNDS,
  CHALLENGED,
  PAY,
  PAYMENT_OF,
  PaymentsStage,
  SUCCEEDS,
} from './payments-stage.ts';

const ORDERS = `query ($orders: [_Any!]!) { _entities(representations: $orders) {
  ... on Order { id payment { id state } } } }`;
const AWAITING = `query ($orders: [_Any!]!) { _entities(representations: $orders) { ... on Order { awaitsBuyer } } }`;

let stage: PaymentsStage;
let stranger: GraphClient;
let parked: string[];

beforeAll(async () => {
  stage = await PaymentsStage.open();
  stranger = await stage.graphOf('stranger');
  parked = await stage.facts.collectDeadLetters(ticketsOrders);
});

afterAll(() => stage.close());

describe('paying an order', () => {
  it('authorizes, and captures once the order is confirmed, each once, however often it is said', async () => {
    const order = newOrder();
    const paid = await stage.buyer.expect('Payment', PAY, stage.input(order));
    expect(paid).toMatchObject({ state: 'AUTHORIZED', provider: 'test', failureCode: null });
    expect(paid.amount).toEqual({ amount: 4_250, currency: 'EUR', formatted: 'EUR 42.50' });

    const confirmed = await stage.tell(order, 'OrderConfirmed', 'CONFIRMED', 3);
    await stage.facts.repeat(ticketsOrders, confirmed);
    await stage.reaches(order, 'CAPTURED');
    await stage.tell(order, 'OrderPlaced', 'AWAITING_PAYMENT', 1);
    await stage.facts.repeat(ticketsOrders, confirmed);
    await stage.heardOut(order, 'OrderCompleted', 'COMPLETED');

    await eventually(() => expect(stage.typesOf(order)).toEqual(['PaymentAuthorized', 'PaymentCaptured']));
    const [, captured] = stage.factsOf(order);
    expect(captured).toMatchObject({
      aggregateVersion: 2,
      correlationId: confirmed.correlationId,
      causationId: confirmed.id,
    });
    expect(captured?.payload).toMatchObject({
      paymentId: paid.id,
      buyerId: 'buyer',
      amount: { amount: 4_250 },
      state: 'CAPTURED',
    });
    expect((await stage.booksOf(order)).commands).toEqual(['AUTHORIZE', 'CAPTURE']);
  });

  it('books the capture once, in balance', async () => {
    const order = newOrder({ amount: 999 });
    await stage.buyer.expect('Payment', PAY, stage.input(order));
    await stage.tell(order, 'OrderConfirmed', 'CONFIRMED', 2);
    await stage.reaches(order, 'CAPTURED');
    const booked = await stage
      .collection('ledger')
      .find({ orderId: order.orderId } as object)
      .toArray();
    expect(booked).toMatchObject([
      {
        kind: 'CAPTURE',
        currency: 'EUR',
        entries: [
          { account: 'provider:test:clearing', amount: 999 },
          { account: 'organization:organization:payable', amount: -999 },
        ],
      },
    ]);
  });

  it('gives the same payment when repeated after success, also with another method and after payBy', async () => {
    const order = newOrder();
    const first = await stage.buyer.expect('Payment', PAY, stage.input(order));
    expect(await stage.buyer.expect('Payment', PAY, stage.input(order, DECLINED))).toEqual(first);
    const late = { ...order, payBy: new Date(Date.now() - 1) };
    expect(await stage.buyer.expect('Payment', PAY, stage.input(late))).toEqual(first);
    expect((await stage.booksOf(order)).commands).toHaveLength(1);
  });

  it('authorizes once when asked many times at once', async () => {
    const order = newOrder();
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => stage.buyer.data(PAY, stage.input(order))),
    );
    const payments = answers.map(({ pay }) => pay).filter(({ __typename }) => __typename === 'Payment');
    expect(payments.length).toBeGreaterThan(0);
    expect(new Set(payments.map(({ id }) => id)).size).toBe(1);
    const others = answers.map(({ pay }) => pay.__typename).filter((type) => type !== 'Payment');
    expect(others.every((type) => type === 'RetryLater')).toBe(true);
    expect((await stage.booksOf(order)).commands).toHaveLength(1);
    await eventually(() => expect(stage.factsOf(order)).toHaveLength(1));
    expect(await stage.stateOf(order)).toBe('AUTHORIZED');
  });

  it('stays open after declines, which are told, until a method succeeds', async () => {
    const order = newOrder();
    expect(await stage.buyer.expect('PaymentDeclined', PAY, stage.input(order, DECLINED))).toMatchObject({
      declineCode: 'CARD_DECLINED',
    });
    expect((await stage.buyer.data(PAYMENT_OF, { orderId: order.orderId })).payment).toMatchObject({
      state: 'PENDING',
      failureCode: 'CARD_DECLINED',
    });
    const again = await stage.buyer.expect('PaymentDeclined', PAY, stage.input(order, NO_FUNDS));
    expect(again.declineCode).toBe('INSUFFICIENT_FUNDS');
    expect(await stage.buyer.expect('Payment', PAY, stage.input(order))).toMatchObject({
      state: 'AUTHORIZED',
      failureCode: null,
    });
    await eventually(() =>
      expect(
        stage
          .factsOf(order)
          .map(({ type, payload, aggregateVersion }) => [type, payload.state, aggregateVersion]),
      ).toEqual([
        ['PaymentFailed', 'PENDING', 1],
        ['PaymentFailed', 'PENDING', 2],
        ['PaymentAuthorized', 'AUTHORIZED', 3],
      ]),
    );
  });

  it('names the method when the provider knows none of that name', async () => {
    const order = newOrder();
    for (const method of ['4111111111111111', 'x']) {
      expect((await stage.buyer.expect('InvalidInput', PAY, stage.input(order, method))).field).toBe(
        'method',
      );
    }
    expect((await stage.buyer.expect('InvalidInput', PAY, stage.input(order, ' '))).field).toBe('method');
    await stage.buyer.expect('Payment', PAY, stage.input(order));
  });

  it('takes one of two methods that are tried at once, and charges once', async () => {
    const order = newOrder();
    const methods = [SUCCEEDS, LOSES_CAPTURE, SUCCEEDS, LOSES_CAPTURE];
    const answers = await Promise.all(
      methods.map((method) => stage.buyer.data(PAY, stage.input(order, method))),
    );
    for (const { pay } of answers) expect(['Payment', 'RetryLater']).toContain(pay.__typename);
    await stage.tell(order, 'OrderConfirmed', 'CONFIRMED', 3);
    await eventually(async () => {
      await stage.makeDue(order);
      expect(await stage.stateOf(order)).toBe('CAPTURED');
    });
    expect((await stage.booksOf(order)).commands).toEqual(['AUTHORIZE', 'CAPTURE']);
  });

  it.each([
    ['method', { method: '' }],
    ['method', { method: ' \n' }],
    ['method', { method: 'x'.repeat(201) }],
    ['method', { method: '4242'.repeat(100_000 / 4) }],
    ['paymentToken', { paymentToken: '' }],
    ['paymentToken', { paymentToken: 'x'.repeat(2_001) }],
    ['paymentToken', { paymentToken: 'tp1.e30.AAAA' }],
  ])('names the field %s that is empty, huge or forged, and writes nothing', async (field, wrong) => {
    const order = newOrder();
    const input = { ...stage.input(order).input, ...wrong };
    expect((await stage.buyer.expect('InvalidInput', PAY, { input })).field).toBe(field);
    expect(await stage.stored(order)).toBeNull();
  });

  it('refuses who did not place the order, what was not signed here, and what comes too late', async () => {
    const order = newOrder();
    await stage.service.graph.expect('NotSignedIn', PAY, stage.input(order));
    await stranger.expect('NotPermitted', PAY, stage.input(order));
    const forged = { paymentToken: issuePaymentToken(randomBytes(32), order), method: SUCCEEDS };
    expect((await stage.buyer.expect('InvalidInput', PAY, { input: forged })).field).toBe('paymentToken');
    await stage.buyer.expect(
      'PaymentExpired',
      PAY,
      stage.input(newOrder({ payBy: new Date(Date.now() - 1) })),
    );
    expect(await stage.collection('payments').findOne({ _id: order.orderId })).toBeNull();
  });
});

describe('an order that ends', () => {
  it('has its authorization voided, once', async () => {
    const [type, state] = ['OrderCancelled', 'CANCELLED'] as const;
    const order = newOrder();
    await stage.buyer.expect('Payment', PAY, stage.input(order));
    const ended = await stage.tell(order, type, state, 2);
    await stage.facts.repeat(ticketsOrders, ended);
    await stage.reaches(order, 'VOIDED');
    await stage.facts.repeat(ticketsOrders, ended);
    await stage.heardOut(order, type, state);
    await eventually(() => expect(stage.typesOf(order)).toEqual(['PaymentAuthorized', 'PaymentVoided']));
    const { status, commands } = await stage.booksOf(order);
    expect([status, commands.length]).toEqual(['VOIDED', 2]);
    expect(await stage.buyer.expect('WrongState', PAY, stage.input(order))).toMatchObject({
      currentState: 'VOIDED',
    });
  });

  it('by its time keeps an authorization that came too late, until it is known whether its units may be had', async () => {
    const [had, gone] = [newOrder(), newOrder()];
    for (const order of [had, gone]) {
      await stage.buyer.expect('Payment', PAY, stage.input(order));
      await stage.facts.repeat(ticketsOrders, await stage.tell(order, 'OrderExpired', 'EXPIRED', 2));
      await eventually(async () => {
        const copy = { _id: order.orderId, state: 'EXPIRED' } as object;
        expect(await stage.collection('orders').countDocuments(copy)).toBe(1);
      });
      expect((await stage.booksOf(order)).status).toBe('AUTHORIZED');
    }
    await stage.tell(had, 'OrderConfirmed', 'CONFIRMED', 5);
    await stage.tell(gone, 'OrderCancelled', 'CANCELLED', 4);
    await stage.reaches(had, 'CAPTURED');
    await stage.reaches(gone, 'VOIDED');
    await stage.tell(had, 'OrderExpired', 'EXPIRED', 2);
    await stage.heardOut(had, 'OrderConfirmed', 'CONFIRMED');
    expect((await stage.booksOf(had)).commands).toEqual(['AUTHORIZE', 'CAPTURE']);
  });

  it('takes no money when the older confirmation comes after it', async () => {
    const order = newOrder();
    await stage.buyer.expect('Payment', PAY, stage.input(order));
    await stage.tell(order, 'OrderCancelled', 'CANCELLED', 4);
    await stage.tell(order, 'OrderConfirmed', 'CONFIRMED', 3);
    await stage.reaches(order, 'VOIDED');
    await stage.heardOut(order, 'OrderCancelled', 'CANCELLED');
    expect((await stage.booksOf(order)).status).toBe('VOIDED');
  });

  it('cannot be paid any more, and ends a payment that was only declined', async () => {
    const [expired, cancelled, declined] = [newOrder(), newOrder(), newOrder()];
    await stage.buyer.expect('PaymentDeclined', PAY, stage.input(declined, DECLINED));
    await stage.tell(expired, 'OrderExpired', 'EXPIRED', 2);
    await stage.tell(cancelled, 'OrderCancelled', 'CANCELLED', 2);
    await stage.tell(declined, 'OrderExpired', 'EXPIRED', 2);
    await stage.reaches(declined, 'FAILED');
    await eventually(async () => {
      const ids = [expired.orderId, cancelled.orderId];
      expect(await stage.collection('orders').countDocuments({ _id: { $in: ids } })).toBe(2);
    });
    await stage.buyer.expect('PaymentExpired', PAY, stage.input(expired));
    expect(await stage.buyer.expect('WrongState', PAY, stage.input(cancelled))).toMatchObject({
      currentState: 'CANCELLED',
    });
    for (const order of [expired, cancelled]) {
      expect([await stage.stored(order), stage.factsOf(order)]).toEqual([null, []]);
      expect((await stage.booksOf(order)).commands).toEqual([]);
    }
    await eventually(() =>
      expect(stage.factsOf(declined).at(-1)).toMatchObject({
        type: 'PaymentFailed',
        payload: { state: 'FAILED' },
      }),
    );
  });

  it('is not paid by many who try at once, and none of them leaves anything behind', async () => {
    const order = newOrder();
    await stage.heardOut(order, 'OrderExpired', 'EXPIRED');
    const tries = Array.from({ length: 12 }, () => stage.buyer.data(PAY, stage.input(order)));
    const answers = new Set((await Promise.all(tries)).map(({ pay }) => pay.__typename));
    expect(answers).toContain('PaymentExpired');
    // Who comes while another's try is being taken back is told to come again.
    answers.delete('RetryLater');
    expect([...answers]).toEqual(['PaymentExpired']);
    expect([await stage.stored(order), stage.factsOf(order)]).toEqual([null, []]);
    expect((await stage.booksOf(order)).commands).toEqual([]);
  });

  it('needs nothing when it was free', async () => {
    const free = newOrder({ amount: 0 });
    await stage.tell(free, 'OrderConfirmed', 'CONFIRMED', 2);
    await stage.heardOut(free, 'OrderCompleted', 'COMPLETED');
    expect(await stage.stateOf(free)).toBeUndefined();
    expect(parked).toEqual([]);
  });
});

describe('the graph', () => {
  it('shows a payment to the buyer only', async () => {
    const order = newOrder();
    const { id } = await stage.buyer.expect('Payment', PAY, stage.input(order));
    const { orderId } = order;
    expect((await stage.buyer.data(PAYMENT_OF, { orderId })).payment.id).toBe(id);
    expect((await stranger.data(PAYMENT_OF, { orderId })).payment).toBeNull();
    expect((await stage.service.graph.data(PAYMENT_OF, { orderId })).payment).toBeNull();
  });

  it('joins orders with their payments', async () => {
    const [paid, declined, unpaid] = [newOrder(), newOrder(), newOrder()];
    await stage.buyer.expect('Payment', PAY, stage.input(paid));
    await stage.buyer.expect('PaymentDeclined', PAY, stage.input(declined, DECLINED));
    const orders = [paid, unpaid, declined].map(({ orderId: id }) => ({ __typename: 'Order', id }));
    const mine = (await stage.buyer.data(ORDERS, { orders }))._entities;
    expect(mine.map((order: { payment?: { state: string } }) => order.payment?.state)).toEqual([
      'AUTHORIZED',
      undefined,
      'PENDING',
    ]);
    const theirs = (await stranger.data(ORDERS, { orders }))._entities;
    expect(theirs).toEqual(orders.map(({ id }) => ({ id, payment: null })));
  });

  it('knows of an order whether it waits for its buyer, along with the payment and afterwards', async () => {
    const [paid, challenged] = [newOrder(), newOrder()];
    const payAndSee = PAY.replace('... on Payment {', '... on Payment { order { awaitsBuyer }');
    const seen = [];
    for (const [order, method] of [
      [paid, SUCCEEDS],
      [challenged, CHALLENGED],
    ] as const)
      seen.push((await stage.buyer.expect('Payment', payAndSee, stage.input(order, method))).order);
    expect(seen).toEqual([{ awaitsBuyer: false }, { awaitsBuyer: true }]);
    const orders = [paid, challenged].map(({ orderId: id }) => ({ __typename: 'Order', id }));
    expect((await stage.buyer.data(AWAITING, { orders }))._entities).toEqual(seen);
    expect((await stranger.data(AWAITING, { orders }))._entities).toEqual([
      { awaitsBuyer: null },
      { awaitsBuyer: null },
    ]);
  });
});
