import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { type Collection, Db } from 'mongodb';
import { ticketsKeys } from '#contracts';
import { generateSigningKey, type Sign, signWith } from '#credential';
import { CLOCK, type Clock } from '#kernel';
import { FactFactory, type Outboxed, outboxIndex, OutboxRelay } from '#messaging';
import { ensureIndexes, isDuplicateKey } from '#persistence';
import { seal, type Sealed, unseal } from '#security';
import { TICKETS_CONFIG, type TicketsConfig } from '../../config.ts';

interface SigningKeyDocument extends Outboxed {
  /** 1 to 65,535: it has two bytes in a credential. */
  keyId: number;
  organizationId: string;
  publicKey: string;
  privateKey: Sealed;
  createdAt: Date;
}

const COLLECTION = 'signing_keys';
/** Organizations that ask for their first key at once before somebody has to try again. */
const MAX_TRIES = 20;

/** The organizations' Ed25519 keys. Private halves are encrypted at rest and leave this class only as functions. */
@Injectable()
export class SigningKeys implements OnModuleInit {
  private readonly keys: Collection<SigningKeyDocument>;
  private readonly signers = new Map<number, Promise<Sign>>();
  private readonly keyIds = new Map<string, Promise<number>>();

  constructor(
    db: Db,
    private readonly facts: FactFactory,
    private readonly relay: OutboxRelay,
    @Inject(TICKETS_CONFIG) private readonly config: TicketsConfig,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.keys = db.collection(COLLECTION);
    relay.watch(COLLECTION);
  }

  async onModuleInit(): Promise<void> {
    await ensureIndexes(this.keys, [
      {
        keys: { keyId: 1 },
        options: { unique: true, name: 'keyId' },
        serves: 'one key per id; the key of a credential',
      },
      {
        keys: { organizationId: 1 },
        options: { unique: true, name: 'organization' },
        serves: 'one key per organization',
      },
      outboxIndex,
    ]);
  }

  /** The id of the organization's key, which is made on first use. */
  keyIdFor(organizationId: string): Promise<number> {
    let keyId = this.keyIds.get(organizationId);
    if (!keyId) {
      keyId = this.findOrCreate(organizationId);
      keyId.catch(() => this.keyIds.delete(organizationId));
      this.keyIds.set(organizationId, keyId);
    }
    return keyId;
  }

  signer(keyId: number): Promise<Sign> {
    let signer = this.signers.get(keyId);
    if (!signer) {
      signer = this.load(keyId);
      signer.catch(() => this.signers.delete(keyId));
      this.signers.set(keyId, signer);
    }
    return signer;
  }

  private async findOrCreate(organizationId: string): Promise<number> {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const found = await this.keys.findOne({ organizationId }, { projection: { keyId: 1 } });
      if (found) return found.keyId;
      const created = await this.create(organizationId);
      if (created !== undefined) return created;
    }
    throw new Error(`no free key id was found for organization ${organizationId} in ${MAX_TRIES} tries`);
  }

  /** Undefined when the id or the organization got a key meanwhile: the unique indexes decide. */
  private async create(organizationId: string): Promise<number | undefined> {
    const [newest] = await this.keys
      .find({}, { projection: { keyId: 1 } })
      .sort({ keyId: -1 })
      .limit(1)
      .toArray();
    const keyId = (newest?.keyId ?? 0) + 1;
    const { publicKey, privateKey } = await generateSigningKey();
    const createdAt = this.clock.now();
    const publicText = Buffer.from(publicKey).toString('base64url');
    const _id = String(keyId);
    const payload = { keyId, organizationId, publicKey: publicText, createdAt: createdAt.toISOString() };
    const fact = this.facts.create(ticketsKeys, 'SigningKeyCreated', { id: _id, version: 1 }, payload);
    const key: SigningKeyDocument = {
      _id,
      keyId,
      organizationId,
      publicKey: publicText,
      privateKey: seal(this.config.TICKETS_KEY_ENCRYPTION_KEY, privateKey),
      createdAt,
    };
    try {
      await this.relay.insert(COLLECTION, key, [fact]);
      return keyId;
    } catch (error) {
      if (isDuplicateKey(error)) return undefined;
      throw error;
    }
  }

  private async load(keyId: number): Promise<Sign> {
    const found = await this.keys.findOne({ keyId });
    if (!found) throw new Error(`there is no signing key ${keyId}`);
    return signWith(unseal(this.config.TICKETS_KEY_ENCRYPTION_KEY, found.privateKey));
  }
}
