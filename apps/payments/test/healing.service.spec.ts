import { randomIds } from '#kernel';
import type { PaymentClaims } from '#security';
import { eventually } from '#testing';
import type { Reply } from '../src/payments/domain/operation.ts';
import type { OrderCopy } from '../src/payments/domain/order-copy.ts';
import {
  beginTry,
  type BusyPayment,
  openPayment,
  type Payment,
  record,
  settle,
} from '../src/payments/domain/payment.ts';
import { newOrder, NO_FUNDS, PAY, PAYMENT_OF, PaymentsStage, SUCCEEDS } from './payments-stage.ts';

let stage: PaymentsStage;

beforeAll(async () => {
  stage = await PaymentsStage.open();
});

afterAll(() => stage.close());

/** A payment as a process that was killed has left it. */
async function leaveBehind({ orderId, ...fields }: Payment, dueInMs = 0): Promise<void> {
  const document = { _id: orderId, ...fields, dueAt: new Date(Date.now() + dueInMs) };
  await stage.collection('payments').insertOne(document, { ignoreUndefined: true });
}

/** A try of which the provider has not heard. */
function begunTry({ amount, currency, ...order }: PaymentClaims, method = SUCCEEDS): BusyPayment {
  const now = new Date();
  const payment = openPayment({ ...order, amount: { amount, currency } }, randomIds.uuid(), 'test', now);
  return beginTry(payment, method, now);
}

/** Lets the provider authorize what nobody then records. Gives the intent's id. */
async function authorizeUnrecorded({ paymentId, orderId, amount, operation }: BusyPayment): Promise<string> {
  const intentId = (await stage.provider.createIntent({ key: paymentId, orderId, amount })) as string;
  await stage.provider.authorize({ intentId, key: operation.key, method: SUCCEEDS });
  return intentId;
}

describe('a provider', () => {
  /** Puts something before or after each authorization, for the length of `work`. */
  async function withAuthorize(
    wrap: (authorize: () => Promise<Reply>) => Promise<Reply>,
    work: () => Promise<void>,
  ) {
    const { provider } = stage;
    const original = provider.authorize.bind(provider);
    provider.authorize = (request) => wrap(() => original(request));
    try {
      await work();
    } finally {
      provider.authorize = original;
    }
  }

  it('whose answer is lost is asked again; the buyer is told to come back and finds the order paid', async () => {
    const order = newOrder();
    const losesAnswer = async (authorize: () => Promise<Reply>): Promise<Reply> => {
      await authorize();
      throw new Error('socket hang up');
    };
    await withAuthorize(losesAnswer, async () => {
      await stage.buyer.expect('RetryLater', PAY, stage.input(order));
      await stage.buyer.expect('RetryLater', PAY, stage.input(order));
    });
    expect(await stage.stateOf(order)).toBe('PENDING');
    await stage.makeDue(order);
    await stage.reaches(order, 'AUTHORIZED');
    await stage.buyer.expect('Payment', PAY, stage.input(order));
    expect((await stage.booksOf(order)).commands).toHaveLength(1);
  });

  it('that is slower than the end of the order has its authorization voided', async () => {
    const order = newOrder();
    const cancelsMeanwhile = async (authorize: () => Promise<Reply>): Promise<Reply> => {
      await stage.tell(order, 'OrderCancelled', 'CANCELLED', 1);
      await stage.heardOut(order, 'OrderCancelled', 'CANCELLED');
      return authorize();
    };
    await withAuthorize(cancelsMeanwhile, async () => {
      expect(await stage.buyer.expect('WrongState', PAY, stage.input(order))).toMatchObject({
        currentState: 'VOIDED',
      });
    });
    expect((await stage.booksOf(order)).status).toBe('VOIDED');
    await eventually(() => expect(stage.typesOf(order)).toEqual(['PaymentAuthorized', 'PaymentVoided']));
  });
});

describe('what a killed process left behind', () => {
  it('before the provider heard of the try: it is authorized', async () => {
    const order = newOrder();
    await leaveBehind(begunTry(order));
    await stage.reaches(order, 'AUTHORIZED');
    await eventually(() => expect(stage.factsOf(order)).toHaveLength(1));
  });

  it('before the provider heard of the try, and found when the order can be paid no more: it is withdrawn', async () => {
    const order = newOrder({ payBy: new Date(Date.now() - 1) });
    await leaveBehind(begunTry(order));
    await stage.reaches(order, 'VOIDED');
    expect((await stage.booksOf(order)).commands).toEqual(['VOID']);
    await eventually(() => expect(stage.typesOf(order)).toEqual(['PaymentVoided']));
  });

  it('after the provider had authorized: the provider is asked, and does nothing twice', async () => {
    const order = newOrder();
    const begun = begunTry(order);
    await authorizeUnrecorded(begun);
    await leaveBehind(begun);
    await stage.reaches(order, 'AUTHORIZED');
    expect((await stage.booksOf(order)).commands).toHaveLength(1);
  });

  it('after a decline nobody recorded: the order can be paid again', async () => {
    const order = newOrder();
    await leaveBehind(begunTry(order, NO_FUNDS), 500);
    await stage.buyer.expect('RetryLater', PAY, stage.input(order));
    await eventually(async () => {
      const { payment } = await stage.buyer.data(PAYMENT_OF, { orderId: order.orderId });
      expect(payment.failureCode).toBe('INSUFFICIENT_FUNDS');
    });
    await stage.buyer.expect('Payment', PAY, stage.input(order));
  });

  it('while its order was cancelled: the late authorization is voided', async () => {
    const order = newOrder();
    await stage.tell(order, 'OrderCancelled', 'CANCELLED', 2);
    await eventually(async () =>
      expect(await stage.collection('orders').findOne({ _id: order.orderId })).not.toBeNull(),
    );
    await leaveBehind(begunTry(order));
    await stage.reaches(order, 'VOIDED');
    const { status, commands } = await stage.booksOf(order);
    expect([status, commands]).toEqual(['VOIDED', ['AUTHORIZE', 'VOID']]);
  });

  it('between the capture at the provider and its booking: both are made good, once', async () => {
    const order = newOrder();
    const now = new Date();
    const confirmed: OrderCopy = { ...order, organizationId: 'organization', state: 'CONFIRMED', version: 3 };
    const authorize = begunTry(order);
    const intentId = await authorizeUnrecorded(authorize);
    const capture = settle(record(authorize, intentId, { result: 'DONE' }, now), confirmed, now)!;
    await stage.provider.capture({ intentId, key: capture.operation!.key });
    await leaveBehind(capture);
    await stage.reaches(order, 'CAPTURED');
    expect(await stage.collection('ledger').countDocuments({ orderId: order.orderId } as object)).toBe(1);
    expect((await stage.booksOf(order)).commands).toHaveLength(2);
  });

  it('of an authorized payment whose order was decided: it goes on', async () => {
    const order = newOrder();
    await stage.buyer.expect('Payment', PAY, stage.input(order));
    // The copy is there, but whoever wrote it died before it looked at the payment.
    const copy = { version: 3, state: 'CONFIRMED', organizationId: 'organization' };
    await stage.collection('orders').insertOne({ _id: order.orderId, ...copy } as { _id: string });
    await stage.makeDue(order);
    await stage.reaches(order, 'CAPTURED');
  });
});
