import { z } from 'zod';
import { moneyValue } from '#contracts';
import { InvalidInput, fail, ok, type Result } from '#kernel';
import { signClaims, signedClaims, type TokenKind } from './signed-text.ts';

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

/** A token of ours has about 350 characters. */
const KIND: TokenKind = { prefix: 'tp1', purpose: 'tessera payment token', maxLength: 1_500 };

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

export function issuePaymentToken(key: Buffer, { payBy, ...rest }: PaymentClaims): string {
  return signClaims(KIND, key, { ...rest, payBy: payBy.getTime() });
}

/**
 * The claims of a token that was issued with this key, else InvalidInput of the field `paymentToken`. Whether its time
 * is over is the caller's decision, who has the clock: compare `payBy`.
 */
export function readPaymentToken(key: Buffer, token: string): Result<PaymentClaims, InvalidInput> {
  // The form of the body is checked too, for tokens of another build.
  const read = claims.safeParse(signedClaims(KIND, key, token)).data;
  return read
    ? ok(read)
    : fail(new InvalidInput('paymentToken', 'paymentToken: is not a token that `placeOrder` answered.'));
}
