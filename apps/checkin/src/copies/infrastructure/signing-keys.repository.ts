import { Injectable } from '@nestjs/common';
import { type Collection, Db } from 'mongodb';
import type { FactsOf, ticketsKeys } from '#contracts';
import { type VersionedCopy, writeCopies } from '#persistence';
import type { SigningKey } from '../domain/copies.ts';

interface SigningKeyCopy extends VersionedCopy {
  organizationId: string;
  /** Base64url, as the fact has it. */
  publicKey: string;
}

/** Copies of the public keys that `tickets` signs with, by key id. */
@Injectable()
export class SigningKeysRepository {
  private readonly keys: Collection<SigningKeyCopy>;

  constructor(db: Db) {
    this.keys = db.collection('signing_keys');
  }

  async copy(facts: readonly FactsOf<typeof ticketsKeys>[]): Promise<void> {
    await writeCopies(
      this.keys,
      facts.map(({ aggregateVersion, payload }) => ({
        _id: String(payload.keyId),
        version: aggregateVersion,
        organizationId: payload.organizationId,
        publicKey: payload.publicKey,
      })),
    );
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
