import { createHmac, timingSafeEqual } from 'node:crypto';
import { InvalidWebhook } from './failures.ts';

/** How far the signing may lie from now, either way: the time in which a copied webhook could be sent again. */
export const TOLERANCE_S = 5 * 60;
/** A provider that changes its secret signs with two for a while. */
const MAX_SIGNATURES = 10;
const MAX_HEADER_LENGTH = 2_000;

/**
 * Stripe's scheme (docs.stripe.com/webhooks#verify-manually), which the test provider uses too: the header is
 * `t=<unix seconds>,v1=<hex>`, and `v1` the HMAC-SHA256 over `<t>.<body>`. Signatures of other versions are ignored.
 */
export function signWebhook(secret: string | Buffer, body: Buffer, at: Date): string {
  const seconds = Math.floor(at.getTime() / 1_000);
  return `t=${seconds},v1=${signatureOf(secret, seconds, body)}`;
}

/** Why a webhook is not to be believed; undefined when it is whole, the provider's, and of now. */
export function whyNotGenuine(
  secret: string | Buffer,
  header: unknown,
  body: Buffer,
  now: Date,
): InvalidWebhook | undefined {
  const { seconds, signatures } = readHeader(header);
  if (seconds === undefined || signatures.length === 0)
    return new InvalidWebhook('The signature header is missing or malformed: `t=<unix seconds>,v1=<hex>`.');
  const expected = Buffer.from(signatureOf(secret, seconds, body));
  // All of them are compared, so that the time taken tells nothing.
  const matching = signatures.filter((signature) => isSame(expected, Buffer.from(signature)));
  if (matching.length === 0)
    return new InvalidWebhook(
      'The signature is not of this body and secret: it must be sent as it was signed.',
    );
  if (Math.abs(now.getTime() / 1_000 - seconds) > TOLERANCE_S)
    return new InvalidWebhook(
      `The signature is older than ${TOLERANCE_S} s, or the clocks differ: send it again.`,
    );
  return undefined;
}

function readHeader(header: unknown): { seconds?: number; signatures: string[] } {
  if (typeof header !== 'string' || header.length > MAX_HEADER_LENGTH) return { signatures: [] };
  const parts = header.split(',').map((part) => part.trim().split('='));
  const time = parts.find(([name]) => name === 't')?.[1];
  const signatures = parts.flatMap(([name, value]) => (name === 'v1' && value ? [value] : []));
  const seconds = time !== undefined && /^\d{1,12}$/.test(time) ? Number(time) : undefined;
  return { seconds, signatures: signatures.slice(0, MAX_SIGNATURES) };
}

function signatureOf(secret: string | Buffer, seconds: number, body: Buffer): string {
  return createHmac('sha256', secret).update(`${seconds}.`).update(body).digest('hex');
}

function isSame(expected: Buffer, given: Buffer): boolean {
  return given.length === expected.length && timingSafeEqual(given, expected);
}
