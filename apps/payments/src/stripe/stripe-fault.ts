import { Stripe } from 'stripe';

/** Why Stripe left an outcome open, in words for the log. */
export class StripeFault extends Error {
  override readonly name = 'StripeFault';
}

/**
 * Throws the error on as a StripeFault. Stripe's own errors carry the whole intent (docs.stripe.com/api/errors), its
 * client secret included, and loggers write whatever an error carries: beyond the provider goes only what helps to find
 * the request in Stripe's dashboard.
 */
export function throwFault(error: unknown): never {
  if (!(error instanceof Stripe.errors.StripeError)) throw error;
  const { type, code, statusCode, requestId, message } = error;
  const answered = statusCode === undefined ? 'did not answer' : `answered ${statusCode}`;
  const known = [type, code, requestId].filter((part) => part !== undefined && part !== '');
  throw new StripeFault(`Stripe ${answered}: ${message} (${known.join(', ')})`);
}
