import { randomIds } from '#kernel';
import type { PaymentClaims } from '#security';
import { eventually } from '#testing';
import { beginTry, openPayment, record } from '../src/payments/domain/payment.ts';
import { DECLINED, newOrder, PAY, PaymentsStage } from './payments-stage.ts';

/** Real: the service, its engines, and a provider that takes calls and does not answer them. */
let stage: PaymentsStage;

beforeAll(async () => {
  stage = await PaymentsStage.open();
});

afterAll(() => stage.close());

/** Far more than there are calls to the provider at one time, in every partition. */
const MANY = 200;

/** As the buyers have left them. */
async function authorized(count: number): Promise<PaymentClaims[]> {
  const now = new Date();
  const orders = Array.from({ length: count }, () => newOrder());
  const documents = orders.map(({ amount, currency, ...order }) => {
    const opened = openPayment({ ...order, amount: { amount, currency } }, randomIds.uuid(), 'test', now);
    const tried = beginTry(opened, 'card', now);
    const { orderId, ...payment } = record(tried, randomIds.uuid(), { result: 'DONE' }, now);
    return { _id: orderId, ...payment, dueAt: new Date(now.getTime() + 60_000) };
  });
  await stage.collection('payments').insertMany(documents, { ignoreUndefined: true });
  return orders;
}

describe('a provider that hangs', () => {
  it('does not keep the service from hearing what becomes of other orders', async () => {
    const declined = Array.from({ length: 8 }, () => newOrder());
    for (const order of declined)
      await stage.buyer.expect('PaymentDeclined', PAY, stage.input(order, DECLINED));
    const orders = await authorized(MANY);
    let atOnce = 0;
    let most = 0;
    const { provider } = stage;
    const original = provider.capture.bind(provider);
    provider.capture = async () => {
      most = Math.max(most, ++atOnce);
      return new Promise((_, reject) => setTimeout(() => reject(new Error('hung up')), 3_500)).finally(
        () => atOnce--,
      ) as Promise<never>;
    };
    try {
      await Promise.all(orders.map((order) => stage.tell(order, 'OrderConfirmed', 'CONFIRMED', 3)));
      await eventually(() => expect(atOnce).toBeGreaterThanOrEqual(24));
      const toldAt = performance.now();
      await Promise.all(declined.map((order) => stage.tell(order, 'OrderExpired', 'EXPIRED', 2)));
      for (const order of declined) await stage.reaches(order, 'FAILED');
      expect(performance.now() - toldAt).toBeLessThan(3_000);
      // Every capture is written down, whenever its turn comes.
      await eventually(async () =>
        expect(
          await stage.collection('payments').countDocuments({ 'operation.kind': 'CAPTURE' } as object),
        ).toBe(MANY),
      );
      expect(most).toBeLessThanOrEqual(32);
    } finally {
      provider.capture = original;
      await stage.collection('payments').deleteMany({ 'operation.kind': 'CAPTURE' } as object);
    }
  });
});
