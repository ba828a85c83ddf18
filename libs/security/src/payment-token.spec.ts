import { createHmac, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { InvalidInput, unwrap } from '#kernel';
import { issuePaymentToken, readPaymentToken, type PaymentClaims } from './payment-token.ts';

const key = randomBytes(32);
const order: PaymentClaims = {
  orderId: '0198b1f2-7a11-7c52-9d5a-1f5b6d2f0a11',
  eventId: '5KQ2W9M0AB',
  buyerId: 'buyer',
  amount: 12_345,
  currency: 'EUR',
  payBy: new Date('2030-01-01T00:15:00.250Z'),
};

const refused = (token: string, withKey = key) => {
  const result = readPaymentToken(withKey, token);
  expect(result).toMatchObject({ ok: false, failure: { code: 'INVALID_INPUT', field: 'paymentToken' } });
  expect(!result.ok && result.failure).toBeInstanceOf(InvalidInput);
};

/** A token over any body, with a true signature: what an older or newer build might have issued. */
const signedBody = (json: string) => {
  const signed = `tp1.${Buffer.from(json).toString('base64url')}`;
  const signature = createHmac('sha256', key).update(`tessera payment token\n${signed}`).digest('base64url');
  return `${signed}.${signature}`;
};

describe('payment token', () => {
  it('gives back what it was issued for, whether or not its time is over', () => {
    expect(unwrap(readPaymentToken(key, issuePaymentToken(key, order)))).toEqual(order);
    const old = { ...order, payBy: new Date('2020-01-01T00:00:00Z') };
    expect(unwrap(readPaymentToken(key, issuePaymentToken(key, old)))).toEqual(old);
  });

  it('is refused when another key signed it', () => {
    refused(issuePaymentToken(randomBytes(32), order));
    refused(issuePaymentToken(key, order), randomBytes(32));
  });

  it('is refused when its claims are exchanged under a true signature', () => {
    const [prefix, , signature] = issuePaymentToken(key, order).split('.');
    const [, cheaper] = issuePaymentToken(randomBytes(32), { ...order, amount: 1 }).split('.');
    refused(`${prefix}.${cheaper}.${signature}`);
  });

  it('is refused when any one character is another', () => {
    const token = issuePaymentToken(key, order);
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.constantFrom(...'ABCxyz019-_.='), (at, character) => {
        fc.pre(token[at] !== character);
        refused(token.slice(0, at) + character + token.slice(at + 1));
      }),
    );
  });

  it('is refused when cut, empty, of another form, or longer than any token of ours', () => {
    const token = issuePaymentToken(key, order);
    for (const wrong of [
      '',
      '.',
      'tp1..',
      token.slice(0, -1),
      `${token}A`,
      `${token}.`,
      token.replace('tp1', 'tp2'),
    ]) {
      refused(wrong);
    }
    refused(signedBody(JSON.stringify({ ...order, payBy: 1, filler: 'x'.repeat(2_000) })));
  });

  it('is refused when truly signed claims lack something or are out of range', () => {
    const body = { ...order, payBy: order.payBy.getTime() };
    expect(readPaymentToken(key, signedBody(JSON.stringify(body))).ok).toBe(true);
    refused(signedBody(JSON.stringify({ ...body, buyerId: undefined })));
    refused(signedBody(JSON.stringify({ ...body, amount: 0 })));
    refused(signedBody(JSON.stringify({ ...body, amount: 10.5 })));
    refused(signedBody('null'));
  });
});
