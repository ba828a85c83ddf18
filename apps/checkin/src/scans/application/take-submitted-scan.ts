import { Injectable } from '@nestjs/common';
import { fail, type InvalidInput, NotFound, type Result, type RetryLater } from '#kernel';
import { EventsRepository } from '../../copies/infrastructure/events.repository.ts';
import type { DecidedScan, Reading } from '../domain/scan.ts';
import { DecideScan } from './decide-scan.ts';
import { DeviceAtDoor } from './device-at-door.ts';

/**
 * The stream's way in: scans of turnstiles and of devices that were offline. Kafka carries no proof of who wrote: only the
 * ingest end point, which authenticates devices, and turnstiles with a Kafka principal of their own may be allowed to
 * publish to the topic. What is asked here is whether the device that is named is registered for this door, and not
 * revoked: when the scan is taken, not when the device says that it was made.
 */
@Injectable()
export class TakeSubmittedScan {
  constructor(
    private readonly events: EventsRepository,
    private readonly deviceAtDoor: DeviceAtDoor,
    private readonly decideScan: DecideScan,
  ) {}

  async execute(reading: Reading): Promise<Result<DecidedScan, InvalidInput | NotFound | RetryLater>> {
    const event = await this.events.find(reading.eventId);
    if (!event) return fail(new NotFound('event', reading.eventId));
    const device = await this.deviceAtDoor.execute(reading.deviceId, event);
    return this.decideScan.execute(reading, event, device);
  }
}
