import { setTimeout as sleep } from 'node:timers/promises';
import { ticketsOrders } from '#contracts';
import type { PaymentClaims } from '#security';
import { eventually } from '#testing';
import type { Reply } from '../src/payments/domain/operation.ts';
import {
  LOSES_ANSWER_TO_REFUND,
  newOrder,
  PAY,
  PaymentsStage,
  REFUSES_FIRST_REFUND,
} from './payments-stage.ts';

let stage: PaymentsStage;

beforeAll(async () => {
  stage = await PaymentsStage.open();
});

afterAll(() => stage.close());

async function balancesOf(order: PaymentClaims): Promise<number[]> {
  return Object.values(await stage.ledgerOf(order));
}

describe('a refund', () => {
  it('is paid and booked once, however often and late it is asked for', async () => {
    const order = await stage.captured();
    const asked = await stage.askBack(order, 'one', 6);
    await stage.facts.repeat(ticketsOrders, asked);
    await stage.reaches(order, 'REFUNDED');
    await stage.tell(order, 'OrderCompleted', 'COMPLETED', 5);
    await stage.facts.repeat(ticketsOrders, asked);
    await stage.heardOut(order, 'OrderRefunded', 'REFUNDED');
    expect((await stage.booksOf(order)).commands).toEqual(['AUTHORIZE', 'CAPTURE', 'REFUND']);
    expect(await balancesOf(order)).toEqual([0, 0]);
    await eventually(() =>
      expect(stage.typesOf(order)).toEqual(['PaymentAuthorized', 'PaymentCaptured', 'PaymentRefunded']),
    );
    expect(stage.factsOf(order).at(-1)?.payload).toMatchObject({
      state: 'REFUNDED',
      refunds: [{ refundId: 'one', amount: { amount: 4_250, currency: 'EUR' } }],
    });
  });

  it('of some of the money leaves the rest, until all of it was asked for: each portion is booked once', async () => {
    const order = await stage.captured();
    const first = await stage.askSomeBack(order, { one: 1_250 }, 6);
    await stage.facts.repeat(ticketsOrders, first);
    await eventually(() => expect(stage.typesOf(order).at(-1)).toBe('PaymentRefunded'));
    expect(stage.factsOf(order).at(-1)?.payload).toMatchObject({
      state: 'CAPTURED',
      refunds: [{ refundId: 'one', amount: { amount: 1_250 } }],
    });
    expect((await balancesOf(order)).map(Math.abs)).toEqual([3_000, 3_000]);
    // Two more at once, and the older wish comes again after them.
    await stage.askSomeBack(order, { one: 1_250, two: 1_000, three: 2_000 }, 8);
    await stage.facts.repeat(ticketsOrders, first);
    await stage.reaches(order, 'REFUNDED');
    expect((await stage.booksOf(order)).commands).toEqual([
      'AUTHORIZE',
      'CAPTURE',
      'REFUND',
      'REFUND',
      'REFUND',
    ]);
    expect(await balancesOf(order)).toEqual([0, 0]);
  });

  it('that the provider refuses is told, and can be asked for again under a new id', async () => {
    const order = await stage.captured(REFUSES_FIRST_REFUND);
    const first = await stage.askBack(order, 'one', 6);
    await eventually(() => expect(stage.typesOf(order).at(-1)).toBe('PaymentRefundFailed'));
    expect(stage.factsOf(order).at(-1)?.payload).toMatchObject({
      state: 'CAPTURED',
      refundFailure: { refundId: 'one', code: 'REFUND_REFUSED' },
    });
    await stage.facts.repeat(ticketsOrders, first);
    await stage.askBack(order, 'two', 7);
    await stage.facts.repeat(ticketsOrders, first);
    await stage.reaches(order, 'REFUNDED');
    expect((await stage.booksOf(order)).commands).toEqual(['AUTHORIZE', 'CAPTURE', 'REFUND', 'REFUND']);
    expect(await balancesOf(order)).toEqual([0, 0]);
  });

  it('whose answer is lost is asked about, not paid twice', async () => {
    const order = await stage.captured(LOSES_ANSWER_TO_REFUND);
    await stage.askBack(order, 'one', 6);
    await eventually(async () => expect((await stage.booksOf(order)).commands.at(-1)).toBe('REFUND'));
    await eventually(async () => {
      await stage
        .collection('payments')
        .updateOne({ _id: order.orderId }, { $set: { dueAt: new Date() } } as object);
      expect(await stage.stateOf(order)).toBe('REFUNDED');
    });
    expect((await stage.booksOf(order)).commands).toHaveLength(3);
    expect(await balancesOf(order)).toEqual([0, 0]);
  });

  it('that is asked for while the capture is at the provider comes after it', async () => {
    const order = newOrder();
    await stage.buyer.expect('Payment', PAY, stage.input(order));
    const { provider } = stage;
    const original = provider.capture.bind(provider);
    provider.capture = async (request): Promise<Reply> => {
      await stage.askBack(order, 'one', 6);
      await eventually(async () =>
        expect(await stage.collection('payments').findOne({ refundWaits: true } as object)).not.toBeNull(),
      );
      return original(request);
    };
    try {
      await stage.tell(order, 'OrderConfirmed', 'CONFIRMED', 3);
      await stage.reaches(order, 'REFUNDED');
    } finally {
      provider.capture = original;
    }
    expect((await stage.booksOf(order)).commands).toEqual(['AUTHORIZE', 'CAPTURE', 'REFUND']);
    expect(await balancesOf(order)).toEqual([0, 0]);
  });

  it('that cannot be written down at once is not forgotten', async () => {
    const order = await stage.captured();
    const ofOrder = { _id: order.orderId };
    await eventually(() => expect(stage.typesOf(order)).toHaveLength(2));
    // Kafka is slow, and the payment has no room for what it is still to tell.
    const lease = { by: 'another relay', until: new Date(Date.now() + 60_000) };
    const full = { outbox: Array(64).fill({}), outboxAt: new Date(), outboxLease: lease };
    await stage.collection('payments').updateOne(ofOrder, { $set: full } as object);
    await stage.askBack(order, 'one', 6);
    await eventually(async () =>
      expect(await stage.collection('orders').findOne({ ...ofOrder, version: 6 } as object)).not.toBeNull(),
    );
    await sleep(300);
    const room = { outbox: '', outboxAt: '', outboxLease: '' };
    await stage.collection('payments').updateOne(ofOrder, { $unset: room } as object);
    await stage.reaches(order, 'REFUNDED');
    expect(await balancesOf(order)).toEqual([0, 0]);
  });

  it('of money that was never taken is a release', async () => {
    const order = newOrder();
    await stage.buyer.expect('Payment', PAY, stage.input(order));
    await stage.askBack(order, 'one', 6);
    await stage.reaches(order, 'VOIDED');
    expect((await stage.booksOf(order)).commands).toEqual(['AUTHORIZE', 'VOID']);
  });
});
