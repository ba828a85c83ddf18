import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { fail, Failure, ok, type Result } from '#kernel';
import { IMAGE_TYPES, type ImageType } from './event-image.ts';

/** What a member of an event's organization was allowed to upload. */
export interface UploadOrder {
  readonly imageId: string;
  readonly eventId: string;
  readonly contentType: ImageType;
  /** Bytes that were announced: no more are taken. */
  readonly bytes: number;
  readonly alt: string;
  readonly expiresAt: Date;
}

/** Names form and algorithm of the token; another form or algorithm gets another prefix. */
const PREFIX = 'iu1';
/** 300 characters of `alt` in UTF-8 and Base64, the rest, and a signature. */
const MAX_LENGTH = 3_000;

const orderInToken = z.object({
  imageId: z.uuid(),
  eventId: z.string().min(1),
  contentType: z.enum(IMAGE_TYPES),
  bytes: z.int().positive(),
  alt: z.string(),
  expiresAt: z
    .int()
    .positive()
    .transform((milliseconds) => new Date(milliseconds)),
});

/** The address was never given out, or its time is over. */
export class UploadNotOpen extends Failure {
  readonly code = 'UPLOAD_NOT_OPEN';
}

/**
 * `iu1.<order as JSON in base64url>.<HMAC-SHA256 over what stands before it, in base64url>`: whoever bears it may upload
 * this one image, and needs no other right. `key` has 32 bytes.
 */
export function issueUploadToken(key: Buffer, { expiresAt, ...rest }: UploadOrder): string {
  const body = Buffer.from(JSON.stringify({ ...rest, expiresAt: expiresAt.getTime() })).toString('base64url');
  const signed = `${PREFIX}.${body}`;
  return `${signed}.${signatureOf(key, signed).toString('base64url')}`;
}

export function readUploadToken(key: Buffer, token: string, now: Date): Result<UploadOrder, UploadNotOpen> {
  const order = verifiedOrder(key, token);
  if (!order) return fail(new UploadNotOpen('This address is not one that `requestImageUpload` answered.'));
  if (order.expiresAt <= now)
    return fail(new UploadNotOpen('The time for this upload is over: call `requestImageUpload` again.'));
  return ok(order);
}

function verifiedOrder(key: Buffer, token: string): UploadOrder | undefined {
  if (token.length > MAX_LENGTH) return undefined;
  const [, signed, body, signature] = /^(iu1\.([\w-]+))\.([\w-]+)$/.exec(token) ?? [];
  if (signed === undefined || body === undefined || signature === undefined) return undefined;
  const expected = Buffer.from(signatureOf(key, signed).toString('base64url'));
  const given = Buffer.from(signature);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  return orderInToken.safeParse(JSON.parse(Buffer.from(body, 'base64url').toString())).data;
}

/** The purpose is part of what is signed: a signature made with this key for anything else never passes as a token. */
function signatureOf(key: Buffer, signed: string): Buffer {
  return createHmac('sha256', key).update(`tessera image upload\n${signed}`).digest();
}
