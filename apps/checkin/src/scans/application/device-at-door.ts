import { Injectable } from '@nestjs/common';
import { isInScope } from '#security';
import type { DoorEvent } from '../../copies/domain/copies.ts';
import { DevicesRepository } from '../../copies/infrastructure/devices.repository.ts';
import type { DeviceStanding } from '../domain/decision.ts';

/** What the door makes of a device, by its own copy: a revocation holds as soon as its fact is here. */
@Injectable()
export class DeviceAtDoor {
  constructor(private readonly devices: DevicesRepository) {}

  async execute(deviceId: string, event: DoorEvent): Promise<DeviceStanding> {
    const device = await this.devices.find(deviceId);
    const isKnown = device?.status === 'ACTIVE' && isInScope(device, event);
    return isKnown ? 'KNOWN' : 'UNKNOWN';
  }
}
