import { Injectable } from '@nestjs/common';
import { type Collection, Db } from 'mongodb';
import { type FactsOf, ticketsKeys } from '#contracts';
import { copyFacts, declareCopy, type VersionedCopy } from '#persistence';
import type { SigningKey } from '../domain/copies.ts';

interface SigningKeyCopy extends VersionedCopy {
  organizationId: string;
  /** Base64url, as the fact has it. */
  publicKey: string;
}

export const signingKeyCopies = declareCopy({
  collection: 'signing_keys',
  topic: ticketsKeys,
  copiesOf: ({ aggregateVersion, payload }): SigningKeyCopy[] => [
    {
      _id: String(payload.keyId),
      version: aggregateVersion,
      organizationId: payload.organizationId,
      publicKey: payload.publicKey,
    },
  ],
});

/** Copies of the public keys that `tickets` signs with, by key id. */
@Injectable()
export class SigningKeysRepository {
  private readonly keys: Collection<SigningKeyCopy>;

  constructor(db: Db) {
    this.keys = db.collection(signingKeyCopies.collection);
  }

  async copy(facts: readonly FactsOf<typeof ticketsKeys>[]): Promise<void> {
    await copyFacts(this.keys, signingKeyCopies, facts);
  }

  async find(keyId: number): Promise<SigningKey | undefined> {
    const found = await this.keys.findOne({ _id: String(keyId) });
    if (!found) return undefined;
    return {
      organizationId: found.organizationId,
      publicKey: Buffer.from(found.publicKey, 'base64url'),
    };
  }
}
