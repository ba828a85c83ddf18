import { Injectable } from '@nestjs/common';
import { checkinAdmissions, type ScanDecided } from '#contracts';
import { FactFactory, type PendingFact } from '#messaging';
import type { Admission } from '../../admissions/domain/admission.ts';
import type { DecidedScan } from '../domain/scan.ts';

/**
 * `ScanDecided` as a state fact. What let someone pass is the newest state of the ticket's admission. A refusal changes
 * no admission: it stands for itself under its own key, so that compaction never puts it in the place of an admission.
 */
@Injectable()
export class ScanFacts {
  constructor(private readonly facts: FactFactory) {}

  admitted(scan: DecidedScan, { ticketId, version }: Admission): PendingFact {
    return this.facts.create(checkinAdmissions, 'ScanDecided', { id: ticketId, version }, payloadOf(scan));
  }

  refused(scan: DecidedScan): PendingFact {
    return this.facts.create(checkinAdmissions, 'ScanDecided', { id: scan.id, version: 1 }, payloadOf(scan));
  }
}

function payloadOf(scan: DecidedScan): ScanDecided {
  const { id, eventId, organizationId, ticketId, deviceId, lane, direction, decision, reason } = scan;
  return {
    scanId: id,
    eventId,
    organizationId,
    ...(ticketId ? { ticketId } : {}),
    deviceId,
    lane,
    direction,
    decision,
    reason,
    scannedAt: scan.scannedAt.toISOString(),
    decidedAt: scan.decidedAt.toISOString(),
  };
}
