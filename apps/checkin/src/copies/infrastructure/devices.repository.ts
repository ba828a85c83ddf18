import { Injectable } from '@nestjs/common';
import { type Collection, Db } from 'mongodb';
import { authDevices, type FactsOf } from '#contracts';
import { copyFacts, declareCopy, type VersionedCopy } from '#persistence';
import type { KnownDevice } from '../domain/copies.ts';

type DeviceCopy = Omit<KnownDevice, 'id'> & VersionedCopy;

export const deviceCopies = declareCopy({
  collection: 'devices',
  topic: authDevices,
  copiesOf: ({ aggregateVersion, payload }): DeviceCopy[] => [
    {
      _id: payload.deviceId,
      version: aggregateVersion,
      organizationId: payload.organizationId,
      eventId: payload.eventId,
      venueId: payload.venueId,
      status: payload.status,
    },
  ],
});

/** Copies of the scanner devices that organizations have registered with `auth`, the revoked ones among them. */
@Injectable()
export class DevicesRepository {
  private readonly devices: Collection<DeviceCopy>;

  constructor(db: Db) {
    this.devices = db.collection(deviceCopies.collection);
  }

  async copy(facts: readonly FactsOf<typeof authDevices>[]): Promise<void> {
    await copyFacts(this.devices, deviceCopies, facts);
  }

  async find(id: string): Promise<KnownDevice | undefined> {
    const found = await this.devices.findOne({ _id: id });
    if (!found) return undefined;
    const { _id, version: _version, ...device } = found;
    return { id: _id, ...device };
  }
}
