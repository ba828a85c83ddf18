import { Inject, Injectable } from '@nestjs/common';
import {
  CLOCK,
  type Clock,
  fail,
  InvalidInput,
  NotFound,
  NotPermitted,
  NotSignedIn,
  ok,
  parseInput,
  type Result,
  type RetryLater,
} from '#kernel';
import { isInScope, type Principal, requireTask } from '#security';
import type { DoorEvent } from '../../copies/domain/copies.ts';
import { EventsRepository } from '../../copies/infrastructure/events.repository.ts';
import type { DeviceStanding } from '../domain/decision.ts';
import { type DecidedScan, scanInput } from '../domain/scan.ts';
import { DecideScan } from './decide-scan.ts';
import { DeviceAtDoor } from './device-at-door.ts';

/** A scanner's clock may be this far ahead of ours. */
const MAX_AHEAD_MS = 5 * 60_000;
/** A scan that was read longer ago is not of this door any more. */
const MAX_AGE_MS = 24 * 3_600_000;

interface Scanner {
  readonly scannedBy: string;
  readonly device: DeviceStanding;
}

/** The interactive way in: a member of the organization or a device of its own scans, and is answered at once. */
@Injectable()
export class ScanAtLane {
  constructor(
    private readonly events: EventsRepository,
    private readonly deviceAtDoor: DeviceAtDoor,
    private readonly decideScan: DecideScan,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute(
    principal: Principal | undefined,
    input: unknown,
  ): Promise<Result<DecidedScan, InvalidInput | NotSignedIn | NotPermitted | NotFound | RetryLater>> {
    if (!principal) return fail(new NotSignedIn());
    const parsed = parseInput(scanInput, input);
    if (!parsed.ok) return parsed;
    const event = await this.events.find(parsed.value.eventId);
    if (!event) return fail(new NotFound('event', parsed.value.eventId));
    const scanner = await this.scannerOf(principal, parsed.value.deviceId, event);
    if (!scanner.ok) return scanner;
    const now = this.clock.now();
    const scannedAt = parsed.value.scannedAt ?? now;
    const ageMs = now.getTime() - scannedAt.getTime();
    if (ageMs > MAX_AGE_MS || ageMs < -MAX_AHEAD_MS) {
      const message =
        'scannedAt: must be within the last 24 hours, and at most 5 minutes ahead of our clock.';
      return fail(new InvalidInput('scannedAt', message));
    }
    const { scannedBy, device } = scanner.value;
    return this.decideScan.execute({ ...parsed.value, scannedAt, scannedBy }, event, device);
  }

  private async scannerOf(
    { viewer, device }: Principal,
    deviceId: string,
    event: DoorEvent,
  ): Promise<Result<Scanner, NotSignedIn | NotPermitted>> {
    if (!device) {
      const member = requireTask(viewer, 'SCAN', event.organizationId);
      return member.ok ? ok({ scannedBy: member.value.userId, device: 'KNOWN' }) : member;
    }
    if (device.deviceId !== deviceId) {
      return fail(new NotPermitted(`A device scans in its own name: send deviceId ${device.deviceId}.`));
    }
    if (!isInScope(device, event)) {
      return fail(new NotPermitted('This device is registered for another event, venue or organization.'));
    }
    return ok({ scannedBy: deviceId, device: await this.deviceAtDoor.execute(deviceId, event) });
  }
}
