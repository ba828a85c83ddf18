/**
 * What a ticket's QR code says, in 25 bytes, big-endian:
 *
 * | offset | bytes | field                            |
 * | -----: | ----: | -------------------------------- |
 * |      0 |     1 | layout version                   |
 * |      1 |     2 | id of the signing key            |
 * |      3 |     6 | event                            |
 * |      9 |    10 | ticket                           |
 * |     19 |     1 | credential version               |
 * |     20 |     1 | flags                            |
 * |     21 |     4 | expiry, Unix time in seconds     |
 *
 * Zone, seat and class are not carried: a door looks them up. A change of this table needs a new layout version.
 */
const LAYOUT_VERSION = 1;
const OFFSET = { keyId: 1, event: 3, ticket: 9, credentialVersion: 19, flags: 20, expiresAt: 21 } as const;

const EVENT_BYTES = 6;
const TICKET_BYTES = 10;
export const FIELDS_BYTES = 25;

/** Bits of `flags`. Bits that a build does not know are signed and carried all the same. */
export const CREDENTIAL_FLAGS = {
  /** The organizer allows this code on paper: it is valid without the rotating part. */
  STATIC_FORM_ALLOWED: 1,
} as const;

/** The fields of a credential. The ids are raw bytes here, because their text is not this library's business. */
export interface CredentialFields {
  /** 1 to 65,535. */
  readonly keyId: number;
  /** 6 bytes. */
  readonly event: Uint8Array;
  /** 10 bytes. */
  readonly ticket: Uint8Array;
  /** 1 to 255; rises with each new holder of the ticket. */
  readonly credentialVersion: number;
  /** 0 to 255, see CREDENTIAL_FLAGS. */
  readonly flags: number;
  /** Unix time in seconds, up to 4,294,967,295 (the year 2106). */
  readonly expiresAtS: number;
}

/** @throws RangeError when a field does not fit its place: the caller's bug, never a visitor's input. */
export function packFields(fields: CredentialFields): Uint8Array<ArrayBuffer> {
  requireInteger('keyId', fields.keyId, 1, 0xff_ff);
  requireInteger('credentialVersion', fields.credentialVersion, 1, 0xff);
  requireInteger('flags', fields.flags, 0, 0xff);
  requireInteger('expiresAtS', fields.expiresAtS, 0, 0xff_ff_ff_ff);
  requireLength('event', fields.event, EVENT_BYTES);
  requireLength('ticket', fields.ticket, TICKET_BYTES);
  const bytes = new Uint8Array(FIELDS_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, LAYOUT_VERSION);
  view.setUint16(OFFSET.keyId, fields.keyId);
  bytes.set(fields.event, OFFSET.event);
  bytes.set(fields.ticket, OFFSET.ticket);
  view.setUint8(OFFSET.credentialVersion, fields.credentialVersion);
  view.setUint8(OFFSET.flags, fields.flags);
  view.setUint32(OFFSET.expiresAt, fields.expiresAtS);
  return bytes;
}

/** Undefined when the bytes are of another length, of a layout that this build does not know, or name no key. */
export function unpackFields(bytes: Uint8Array): CredentialFields | undefined {
  if (bytes.length !== FIELDS_BYTES || bytes[0] !== LAYOUT_VERSION) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const keyId = view.getUint16(OFFSET.keyId);
  const credentialVersion = view.getUint8(OFFSET.credentialVersion);
  if (keyId === 0 || credentialVersion === 0) return undefined;
  return {
    keyId,
    event: bytes.slice(OFFSET.event, OFFSET.event + EVENT_BYTES),
    ticket: bytes.slice(OFFSET.ticket, OFFSET.ticket + TICKET_BYTES),
    credentialVersion,
    flags: view.getUint8(OFFSET.flags),
    expiresAtS: view.getUint32(OFFSET.expiresAt),
  };
}

function requireInteger(name: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new RangeError(`${name} must be an integer from ${least} to ${most}, not ${value}`);
  }
}

function requireLength(name: string, bytes: Uint8Array, length: number): void {
  if (bytes.length !== length) throw new RangeError(`${name} must have ${length} bytes, not ${bytes.length}`);
}
