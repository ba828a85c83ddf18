import { z } from 'zod';
import { fact, topic } from './fact.ts';
import { id, instant } from './values.ts';

export const DECISIONS = ['ADMITTED', 'REFUSED', 'NEEDS_ATTENTION'] as const;
export type Decision = (typeof DECISIONS)[number];

export const DECISION_REASONS = [
  'OK',
  'INVALID',
  'FORGED',
  'EXPIRED_CODE',
  'WRONG_EVENT',
  'WRONG_ZONE',
  'NOT_YET',
  'TOO_LATE',
  'ALREADY_USED',
  'REVOKED',
  'CANCELLED',
  'REFUNDED',
  'UNPAID',
  'BLOCKED',
  'UNKNOWN_DEVICE',
] as const;
export type DecisionReason = (typeof DECISION_REASONS)[number];

export const SCAN_DIRECTIONS = ['ENTRY', 'EXIT'] as const;
export type ScanDirection = (typeof SCAN_DIRECTIONS)[number];

/** A scan that a turnstile or an offline device hands in; decided by the same use case as the mutation `scan`. */
export const checkinScans = topic('checkin.scans.v1', 'stream', [
  fact(
    'ScanSubmitted',
    z.object({
      eventId: id,
      deviceId: id,
      nonce: id,
      lane: z.string().min(1).max(40),
      direction: z.enum(SCAN_DIRECTIONS),
      payload: z.string().min(1).max(400),
      scannedAt: instant,
      scannedBy: id,
    }),
  ),
]);

const scanDecided = z.object({
  scanId: id,
  eventId: id,
  organizationId: id,
  ticketId: id.optional(),
  deviceId: id,
  lane: z.string(),
  direction: z.enum(SCAN_DIRECTIONS),
  decision: z.enum(DECISIONS),
  reason: z.enum(DECISION_REASONS),
  scannedAt: instant,
  decidedAt: instant,
});
export type ScanDecided = z.output<typeof scanDecided>;

export const checkinAdmissions = topic('checkin.admissions.v1', 'state', [fact('ScanDecided', scanDecided)]);
