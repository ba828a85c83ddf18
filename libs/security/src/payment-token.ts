import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { moneyValue } from '#contracts';
import { InvalidInput, fail, ok, type Result } from '#kernel';

/**
 * What `tickets` vouches for when it places an order, so that `payments` can decide about a try to pay at once, without
 * waiting for the order's fact.
 */
export interface PaymentClaims {
  readonly orderId: string;
  readonly eventId: string;
  /** The only account that may pay with the token. */
  readonly buyerId: string;
  /** Minor units of `currency`: exactly the order's total. */
  readonly amount: number;
  /** ISO 4217. */
  readonly currency: string;
  /** The first instant at which the order may no longer be paid, at a precision of milliseconds. */
  readonly payBy: Date;
}

/** Names form and algorithm of the token; another form or algorithm gets another prefix. */
const PREFIX = 'tp1';
/** A token of ours has about 350 characters. */
const MAX_LENGTH = 1_500;

const claims = z.object({
  orderId: z.string().min(1),
  eventId: z.string().min(1),
  buyerId: z.string().min(1),
  amount: moneyValue.shape.amount.positive(),
  currency: moneyValue.shape.currency,
  payBy: z
    .int()
    .positive()
    .transform((milliseconds) => new Date(milliseconds)),
});

/**
 * `tp1.<claims as JSON in base64url>.<HMAC-SHA256 over what stands before it, in base64url>`.
 * The token is readable by its bearer and holds no secret; it only proves where the claims come from.
 */
export function issuePaymentToken(key: Buffer, { payBy, ...rest }: PaymentClaims): string {
  const body = Buffer.from(JSON.stringify({ ...rest, payBy: payBy.getTime() })).toString('base64url');
  const signed = `${PREFIX}.${body}`;
  return `${signed}.${signatureOf(key, signed).toString('base64url')}`;
}

/**
 * The claims of a token that was issued with this key, else InvalidInput of the field `paymentToken`. Whether its time
 * is over is the caller's decision, who has the clock: compare `payBy`.
 */
export function readPaymentToken(key: Buffer, token: string): Result<PaymentClaims, InvalidInput> {
  const signedClaims = verifiedClaims(key, token);
  return signedClaims
    ? ok(signedClaims)
    : fail(new InvalidInput('paymentToken', 'paymentToken: is not a token that `placeOrder` answered.'));
}

function verifiedClaims(key: Buffer, token: string): PaymentClaims | undefined {
  if (token.length > MAX_LENGTH) return undefined;
  const parts = /^(tp1\.([\w-]+))\.([\w-]+)$/.exec(token);
  const [, signed, body, signature] = parts ?? [];
  if (signed === undefined || body === undefined || signature === undefined) return undefined;
  // Compared as text, so that there is exactly one spelling of a signature: base64url decoding ignores spare bits.
  const expected = Buffer.from(signatureOf(key, signed).toString('base64url'));
  const given = Buffer.from(signature);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  // The signature is ours, so the body is JSON of ours; its form is checked all the same, for tokens of another build.
  return claims.safeParse(JSON.parse(Buffer.from(body, 'base64url').toString())).data;
}

/** The purpose is part of what is signed: a signature made with this key for anything else never passes as a token. */
function signatureOf(key: Buffer, signed: string): Buffer {
  return createHmac('sha256', key).update(`tessera payment token\n${signed}`).digest();
}
