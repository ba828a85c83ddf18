import { fromBase45, toBase45 } from './base45.ts';
import { type CredentialFields, FIELDS_BYTES, packFields, unpackFields } from './layout.ts';
import { type PublicKey, SIGNATURE_BYTES, type Sign, verifySignature } from './signing.ts';

const CREDENTIAL_BYTES = FIELDS_BYTES + SIGNATURE_BYTES;

/** Characters of a credential's text: 89 bytes in Base45. It fits a QR code of version 6 at level M (RFC 9285, ISO 18004). */
export const CREDENTIAL_CHARACTERS = 134;

/** A credential as read from a code. Nothing in it is true until {@link verifyCredential} says so. */
export interface DecodedCredential extends CredentialFields {
  /** The bytes that the signature covers: all fields. */
  readonly signed: Uint8Array<ArrayBuffer>;
  readonly signature: Uint8Array<ArrayBuffer>;
}

/** The text of a ticket's QR code. @throws RangeError when a field does not fit, or `sign` gives no Ed25519 signature. */
export async function encodeCredential(fields: CredentialFields, sign: Sign): Promise<string> {
  const signed = packFields(fields);
  const signature = await sign(signed);
  if (signature.length !== SIGNATURE_BYTES) {
    throw new RangeError(`an Ed25519 signature has ${SIGNATURE_BYTES} bytes, not ${signature.length}`);
  }
  const bytes = new Uint8Array(CREDENTIAL_BYTES);
  bytes.set(signed);
  bytes.set(signature, FIELDS_BYTES);
  return toBase45(bytes);
}

/** What a text says, or undefined when it is no credential of a known layout. Never throws: the text is a stranger's. */
export function decodeCredential(text: string): DecodedCredential | undefined {
  if (text.length !== CREDENTIAL_CHARACTERS) return undefined;
  const bytes = fromBase45(text);
  if (!bytes) return undefined;
  const signed = bytes.slice(0, FIELDS_BYTES);
  const fields = unpackFields(signed);
  return fields && { ...fields, signed, signature: bytes.slice(FIELDS_BYTES) };
}

/**
 * Whether the credential was signed by the owner of the key. Says nothing about expiry, version or event: those are the
 * door's rules. @throws when the key is not an Ed25519 public key.
 */
export async function verifyCredential(
  credential: DecodedCredential,
  publicKey: PublicKey | Uint8Array,
): Promise<boolean> {
  return verifySignature(credential.signed, credential.signature, publicKey);
}
