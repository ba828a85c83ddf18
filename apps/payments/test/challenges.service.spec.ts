import type { PaymentClaims } from '#security';
import { eventually } from '#testing';
import { CHALLENGED, newOrder, PAY, PaymentsStage, SUCCEEDS } from './payments-stage.ts';

/** Real: the service, its engines, the provider's page, and its webhooks. */
let stage: PaymentsStage;

beforeAll(async () => {
  stage = await PaymentsStage.open();
});

afterAll(() => stage.close());

async function challenged(order = newOrder()): Promise<{ order: PaymentClaims; url: string }> {
  const payment = await stage.buyer.expect('Payment', PAY, stage.input(order, CHALLENGED));
  expect(payment).toMatchObject({ state: 'REQUIRES_ACTION', nextAction: { clientSecret: null } });
  return { order, url: payment.nextAction.url };
}

const answer = (url: string, word: string) => fetch(`${url}/${word}`, { method: 'POST' });

describe('a payment that the buyer has to approve', () => {
  it('goes on when it is approved on the page', async () => {
    const { order, url } = await challenged();
    const page = await fetch(url);
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(await page.text()).toContain('EUR 42.50');
    expect((await answer(url, 'approve')).status).toBe(200);
    await stage.reaches(order, 'AUTHORIZED');
    expect((await stage.paymentOf(order)).nextAction).toBeNull();
    await stage.tell(order, 'OrderConfirmed', 'CONFIRMED', 3);
    await stage.reaches(order, 'CAPTURED');
    expect((await stage.booksOf(order)).commands).toEqual(['AUTHORIZE', 'CAPTURE']);
  });

  it('is declined when it is denied, and can be paid by another method', async () => {
    const { order, url } = await challenged();
    expect((await answer(url, 'deny')).status).toBe(200);
    await eventually(async () =>
      expect(await stage.paymentOf(order)).toMatchObject({
        state: 'PENDING',
        failureCode: 'AUTHENTICATION_FAILED',
      }),
    );
    expect((await answer(url, 'approve')).status).toBe(409);
    expect(await stage.buyer.expect('Payment', PAY, stage.input(order, SUCCEEDS))).toMatchObject({
      state: 'AUTHORIZED',
    });
  });

  it('is the same payment when it is paid again meanwhile, with whatever method', async () => {
    const { order, url } = await challenged();
    const again = await stage.buyer.expect('Payment', PAY, stage.input(order, SUCCEEDS));
    expect(again).toMatchObject({ state: 'REQUIRES_ACTION', nextAction: { url } });
    expect((await stage.booksOf(order)).commands).toEqual([]);
  });

  it('tells no fact until it is decided, and is answered once, however often the buttons are pressed', async () => {
    const { order, url } = await challenged();
    const answers = await Promise.all(
      ['approve', 'deny', 'approve', 'deny'].map((word) => answer(url, word)),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    await eventually(() => expect(stage.factsOf(order)).toHaveLength(1));
    expect((await stage.booksOf(order)).commands).toEqual(['AUTHORIZE']);
  });

  it.each([
    ['OrderExpired', 'EXPIRED'],
    ['OrderCancelled', 'CANCELLED'],
  ] as const)(
    'is withdrawn when the order ends by %s: a later approval counts for nothing',
    async (type, state) => {
      const { order, url } = await challenged();
      const ended = await stage.tell(order, type, state, 2);
      await stage.reaches(order, 'VOIDED');
      expect((await answer(url, 'approve')).status).toBe(409);
      expect((await fetch(url)).status).toBe(404);
      expect((await stage.booksOf(order)).status).toBe('VOIDED');
      await eventually(() =>
        expect(stage.factsOf(order).map(({ payload }) => payload.state)).toEqual(['VOIDED']),
      );
      expect(ended).toBeDefined();
    },
  );

  it('of an order that has ended before the provider answered is withdrawn at once', async () => {
    const order = newOrder();
    const { provider } = stage;
    const original = provider.authorize.bind(provider);
    provider.authorize = async (request) => {
      await stage.tell(order, 'OrderCancelled', 'CANCELLED', 2);
      await stage.heardOut(order, 'OrderCancelled', 'CANCELLED');
      return original(request);
    };
    try {
      await stage.buyer.expect('WrongState', PAY, stage.input(order, CHALLENGED));
    } finally {
      provider.authorize = original;
    }
    expect((await stage.booksOf(order)).status).toBe('VOIDED');
  });

  it('is shown to nobody who was not sent there', async () => {
    const { url } = await challenged();
    const token = url.slice(url.lastIndexOf('/') + 1);
    const forged = token.slice(0, -2) + (token.endsWith('AA') ? 'BB' : 'AA');
    for (const other of [forged, token.split('.')[0], 'x', '%2e%2e']) {
      const address = url.replace(token, other ?? '');
      expect((await fetch(address)).status).toBe(404);
      expect((await answer(address, 'approve')).status).toBe(404);
    }
    expect((await answer(url, 'perhaps')).status).toBe(404);
  });
});
