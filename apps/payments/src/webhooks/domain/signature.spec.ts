import fc from 'fast-check';
import { Stripe } from 'stripe';
import { signWebhook, TOLERANCE_S, whyNotGenuine } from './signature.ts';

const SECRET = 'whsec_a secret';
const BODY = Buffer.from('{"id":"evt_1"}');
const NOW = new Date('2030-01-01T00:00:00Z');
const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1_000);
const refusal = (header: unknown, body = BODY, now = NOW) =>
  whyNotGenuine(SECRET, header, body, now)?.message;

describe('the signature of a webhook', () => {
  it('is good for five minutes, either way', () => {
    const header = signWebhook(SECRET, BODY, NOW);
    for (const seconds of [0, TOLERANCE_S, -TOLERANCE_S])
      expect(refusal(header, BODY, later(seconds))).toBeUndefined();
    for (const seconds of [TOLERANCE_S + 1, -TOLERANCE_S - 1])
      expect(refusal(header, BODY, later(seconds))).toMatch(/older than 300 s/);
  });

  it("is Stripe's: what its library signs is genuine, and what we sign its library takes", () => {
    const stripe = new Stripe('sk_test_none');
    const payload = BODY.toString();
    const timestamp = NOW.getTime() / 1_000;
    const header = stripe.webhooks.generateTestHeaderString({ payload, secret: SECRET, timestamp });
    expect(refusal(header)).toBeUndefined();
    const ours = signWebhook(SECRET, BODY, NOW);
    expect(
      stripe.webhooks.constructEvent(payload, ours, SECRET, TOLERANCE_S, undefined, NOW.getTime()),
    ).toMatchObject({ id: 'evt_1' });
  });

  it('may be one of several, and stand beside others of another version', () => {
    const [time, good] = signWebhook(SECRET, BODY, NOW).split(',');
    expect(refusal(`${time},v1=${'0'.repeat(64)},${good},v0=${'1'.repeat(64)}`)).toBeUndefined();
    expect(refusal(`${time},v0=${good?.slice(3)}`)).toMatch(/missing or malformed/);
  });

  it('is not of another body, secret or time', () => {
    const header = signWebhook(SECRET, BODY, NOW);
    expect(refusal(header, Buffer.from('{"id":"evt_2"}'))).toMatch(/not of this body/);
    expect(refusal(signWebhook('another', BODY, NOW))).toMatch(/not of this body/);
    expect(refusal(header.replace(/t=\d+/, `t=${later(1).getTime() / 1_000}`))).toMatch(/not of this body/);
  });

  it.each([undefined, '', 'v1=00', 't=1', 't=x,v1=00', ['t=1'], `t=1,v1=${'0'.repeat(3_000)}`])(
    'is missing or malformed: %j',
    (header) => expect(refusal(header)).toMatch(/missing or malformed/),
  );

  it('does not stand one changed byte, nor throws at anything', () => {
    const header = signWebhook(SECRET, BODY, NOW);
    fc.assert(
      fc.property(fc.nat(BODY.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const body = Buffer.from(BODY);
        body[at] = (body[at] ?? 0) ^ flip;
        expect(refusal(header, body)).toBeDefined();
      }),
    );
    fc.assert(fc.property(fc.string(), (text) => refusal(text) !== undefined));
  });
});
