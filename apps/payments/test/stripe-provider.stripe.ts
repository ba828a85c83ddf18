import { StripeProvider } from '../src/stripe/stripe-provider.ts';

/**
 * Real: Stripe's library, and stripe-mock, which refuses whatever Stripe's API description does not allow. It keeps
 * nothing and answers with examples, so this says that each request is well-formed and each answer is read without
 * surprise; what the provider makes of answers is shown by `stripe.service.spec.ts`.
 */
const url = process.env['STRIPE_MOCK_URL'];
if (!url) throw new Error('STRIPE_MOCK_URL is not set: run npm run test:stripe');

const provider = new StripeProvider({
  secretKey: 'sk_test_123',
  webhookSecret: 'whsec_test',
  apiBase: new URL(url),
  returnUrl: 'https://tickets.example',
});
const amount = { amount: 4_250, currency: 'EUR' };
let intentId: string;

beforeAll(async () => {
  intentId = (await provider.createIntent({ key: 'one', orderId: 'order', amount })) as string;
});

const UNFITTING = 'an example that does not fit the command';

/** What an example status means is known, or is said not to be understood; a request that is refused is an outcome. */
const understood = async (call: Promise<unknown>): Promise<unknown> =>
  call.catch((error: Error) => {
    if (!/not understood: intent is requires_payment_method/.test(error.message)) throw error;
    return UNFITTING;
  });

it('opens an intent', () => expect(intentId).toMatch(/^pi_/));

it.each([
  ['EUR', 4_250],
  ['JPY', 5_000],
  ['KWD', 5_120],
  ['ISK', 900],
])('opens an intent in %s', async (currency, minor) => {
  const opened = await provider.createIntent({
    key: currency,
    orderId: 'order',
    amount: { amount: minor, currency },
  });
  expect(opened).toMatch(/^pi_/);
});

it('authorizes', async () => {
  const request = { intentId, key: 'authorize', method: 'pm_card_visa' };
  // The example carries an error of another kind, which is no refusal of the request.
  expect(await provider.authorize(request)).toEqual({ result: 'REFUSED', code: 'CARD_DECLINED' });
});

it('captures and voids', async () => {
  expect(await understood(provider.capture({ intentId, key: 'capture' }))).toBe(UNFITTING);
  expect(await understood(provider.void({ intentId, key: 'void' }))).toBe(UNFITTING);
});

it('refunds', async () =>
  expect(await provider.refund({ intentId, key: 'refund', orderId: 'order', amount })).toEqual({
    result: 'DONE',
  }));

it('asks for disputes, and for the order of an intent', async () => {
  expect(await provider.disputesOf(intentId)).toEqual(expect.any(Array));
  expect(await provider.orderOf(intentId)).toBeUndefined();
});

it('asks for an authorization, a capture and a refund', async () => {
  for (const kind of ['AUTHORIZE', 'CAPTURE', 'VOID', 'REFUND'] as const)
    expect(await provider.ask({ intentId, key: 'unknown', kind })).toBeUndefined();
});

it('looks for what the buyer is to do', async () =>
  expect(await provider.nextAction(intentId)).toBeUndefined());
