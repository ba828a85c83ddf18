import { Inject, Injectable } from '@nestjs/common';
import {
  CLOCK,
  type Clock,
  fail,
  InvalidInput,
  NotFound,
  type NotPermitted,
  type NotSignedIn,
  parseInput,
  type Result,
  type RetryLater,
} from '#kernel';
import { requireTask, requireViewer, type Viewer } from '#security';
import { EventsRepository } from '../../copies/infrastructure/events.repository.ts';
import { type DecidedScan, scanInput } from '../domain/scan.ts';
import { DecideScan } from './decide-scan.ts';

/** A scanner's clock may be this far ahead of ours. */
const MAX_AHEAD_MS = 5 * 60_000;
/** A scan that was read longer ago is not of this door any more. */
const MAX_AGE_MS = 24 * 3_600_000;

/** The interactive way in: a member of the organization scans, and is answered at once. */
@Injectable()
export class ScanAtLane {
  constructor(
    private readonly events: EventsRepository,
    private readonly decideScan: DecideScan,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute(
    viewer: Viewer | undefined,
    input: unknown,
  ): Promise<Result<DecidedScan, InvalidInput | NotSignedIn | NotPermitted | NotFound | RetryLater>> {
    const signedIn = requireViewer(viewer);
    if (!signedIn.ok) return signedIn;
    const parsed = parseInput(scanInput, input);
    if (!parsed.ok) return parsed;
    const event = await this.events.find(parsed.value.eventId);
    if (!event) return fail(new NotFound('event', parsed.value.eventId));
    const member = requireTask(viewer, 'SCAN', event.organizationId);
    if (!member.ok) return member;
    const now = this.clock.now();
    const scannedAt = parsed.value.scannedAt ?? now;
    const ageMs = now.getTime() - scannedAt.getTime();
    if (ageMs > MAX_AGE_MS || ageMs < -MAX_AHEAD_MS) {
      const message =
        'scannedAt: must be within the last 24 hours, and at most 5 minutes ahead of our clock.';
      return fail(new InvalidInput('scannedAt', message));
    }
    return this.decideScan.execute({ ...parsed.value, scannedAt, scannedBy: member.value.userId }, event);
  }
}
