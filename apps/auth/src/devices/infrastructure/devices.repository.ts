import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type Collection, Db } from 'mongodb';
import { authDevices } from '#contracts';
import type { Page, PageRequest } from '#kernel';
import { aggregateIn, FactFactory, type Outboxed, outboxIndex, OutboxRelay } from '#messaging';
import { ensureIndexes, type IndexDefinition, isDuplicateKey, newestFirst } from '#persistence';
import { type Device, publicDevice } from '../domain/device.ts';

type DeviceDocument = Omit<Device, 'id'> & Outboxed;

const COLLECTION = 'devices';

const indexes: readonly IndexDefinition[] = [
  {
    keys: { organizationId: 1, place: 1 },
    options: { name: 'places', unique: true, partialFilterExpression: { place: { $exists: true } } },
    serves: 'an organization takes each place once, which bounds its active devices; which places are taken',
  },
  {
    keys: { organizationId: 1, registeredAt: -1, _id: -1 },
    options: { name: 'organization_newest' },
    serves: 'the devices of an organization, newest first, page by page',
  },
  outboxIndex,
];

@Injectable()
export class DevicesRepository implements OnModuleInit {
  private readonly devices: Collection<DeviceDocument>;

  constructor(
    db: Db,
    private readonly facts: FactFactory,
    private readonly relay: OutboxRelay,
  ) {
    this.devices = db.collection(COLLECTION);
    relay.watch(COLLECTION);
  }

  async onModuleInit(): Promise<void> {
    await ensureIndexes(this.devices, indexes);
  }

  /** False when another device has taken its place. */
  async add(device: Device): Promise<boolean> {
    const { id, ...fields } = device;
    const fact = this.facts.create(authDevices, 'DeviceRegistered', device, publicDevice(device));
    try {
      await this.relay.insert<DeviceDocument>(COLLECTION, { _id: id, ...fields }, [fact]);
      return true;
    } catch (error) {
      if (isDuplicateKey(error, 'places')) return false;
      throw error;
    }
  }

  /** Revokes the device if it is active. Its outbox cannot overflow: this is its second and last fact. */
  async revoke(organizationId: string, device: Device, now: Date): Promise<void> {
    const { place: _place, ...rest } = device;
    const revoked: Device = { ...rest, status: 'REVOKED', revokedAt: now, version: device.version + 1 };
    const fact = this.facts.create(authDevices, 'DeviceRevoked', revoked, publicDevice(revoked));
    await this.relay.update<DeviceDocument>(
      COLLECTION,
      { _id: device.id, organizationId, version: device.version, status: 'ACTIVE' },
      { $set: { status: 'REVOKED', revokedAt: now, version: revoked.version }, $unset: { place: '' } },
      [fact],
    );
  }

  async find(id: string): Promise<Device | undefined> {
    const found = await this.devices.findOne({ _id: id });
    return found ? aggregateIn(found) : undefined;
  }

  /** The places that the active devices of an organization take. */
  async placesOf(organizationId: string): Promise<ReadonlySet<number>> {
    const found = await this.devices
      .find({ organizationId, place: { $exists: true } }, { projection: { _id: 0, place: 1 } })
      .toArray();
    return new Set(found.flatMap(({ place }) => (place === undefined ? [] : [place])));
  }

  /** Newest first, the revoked ones among them. A cursor that is none of ours begins at the beginning. */
  async list(organizationId: string, request: PageRequest): Promise<Page<Device>> {
    const { documents, ...page } = await newestFirst(
      this.devices,
      { organizationId },
      'registeredAt',
      request,
    );
    return { ...page, items: documents.map((document) => aggregateIn(document)) };
  }
}
