/** Ed25519 (RFC 8032) by WebCrypto, which Node and browsers have alike. */
const ALGORITHM = 'Ed25519';

export const SIGNATURE_BYTES = 64;

/** Signs the fields of a credential; the private key stays with whoever made the function. */
export type Sign = (bytes: Uint8Array<ArrayBuffer>) => Promise<Uint8Array>;

/** A public key that WebCrypto has imported. (Node's and the browser's types give it no common name.) */
export type PublicKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>;

/** A fresh key pair: the public half raw (32 bytes), the private half in PKCS #8, to be encrypted before it is stored. */
export async function generateSigningKey(): Promise<{ publicKey: Uint8Array; privateKey: Uint8Array }> {
  const pair = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  if (!('privateKey' in pair)) throw new TypeError('Ed25519 makes key pairs');
  return {
    publicKey: new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey)),
    privateKey: new Uint8Array(await crypto.subtle.exportKey('pkcs8', pair.privateKey)),
  };
}

/** A private key in PKCS #8, imported once, as a function that signs. It cannot be exported again. */
export async function signWith(privateKey: Uint8Array): Promise<Sign> {
  const key = await crypto.subtle.importKey('pkcs8', new Uint8Array(privateKey), ALGORITHM, false, ['sign']);
  return async (bytes) => new Uint8Array(await crypto.subtle.sign(ALGORITHM, key, bytes));
}

/** A raw public key (32 bytes), imported once for many verifications. @throws when it is not of this form. */
export async function importPublicKey(raw: Uint8Array): Promise<PublicKey> {
  return crypto.subtle.importKey('raw', new Uint8Array(raw), ALGORITHM, true, ['verify']);
}

export async function verifySignature(
  bytes: Uint8Array<ArrayBuffer>,
  signature: Uint8Array<ArrayBuffer>,
  publicKey: PublicKey | Uint8Array,
): Promise<boolean> {
  const key = publicKey instanceof Uint8Array ? await importPublicKey(publicKey) : publicKey;
  return crypto.subtle.verify(ALGORITHM, key, signature, bytes);
}
