import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type Decision, type DecisionReason, SCAN_DIRECTIONS, type ScanDirection } from '#contracts';
import { toBase32 } from '#kernel';
import type { LastEntry } from '../../admissions/domain/admission.ts';

/** One reading of a code at a lane, as a person's scanner or a turnstile hands it in. */
export interface Reading {
  readonly eventId: string;
  readonly deviceId: string;
  /** Chosen by the device, new for each reading. */
  readonly nonce: string;
  readonly lane: string;
  readonly direction: ScanDirection;
  readonly payload: string;
  /** By the device's clock. */
  readonly scannedAt: Date;
  /** The user who scanned by hand or who answers for the turnstile; the device itself when it scanned alone. */
  readonly scannedBy: string;
}

/** A reading as it is kept. Not the code itself: whoever reads the database could walk in with it. */
export interface Scan extends Omit<Reading, 'payload'> {
  readonly id: string;
  readonly payloadHash: string;
  readonly organizationId: string;
  /** Only for a genuine code of the event's own organization: its staff may see nothing of other people's tickets. */
  readonly ticketId?: string;
}

/** A scan that is allowed in so far; the ticket's admission has the last word. */
export type PassableScan = Scan & { readonly ticketId: string };

/** What was decided about a scan. */
export interface Verdict {
  readonly decision: Decision;
  readonly reason: DecisionReason;
  readonly decidedAt: Date;
  /** For ALREADY_USED: the entry that used the ticket. */
  readonly usedBefore?: LastEntry;
}

export type DecidedScan = Scan & Verdict;

export function scanOf(reading: Reading, organizationId: string, ticketId: string | undefined): Scan {
  const { payload, ...rest } = reading;
  const payloadHash = createHash('sha256').update(payload).digest('base64url');
  return { ...rest, id: scanIdOf(reading), payloadHash, organizationId, ...(ticketId ? { ticketId } : {}) };
}

/**
 * The same reading sent twice is one scan. The event is part of the id, so that no organization's devices can take, or
 * ask about, the nonces of another's.
 */
export function scanIdOf({
  eventId,
  deviceId,
  nonce,
}: Pick<Reading, 'eventId' | 'deviceId' | 'nonce'>): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([eventId, deviceId, nonce]))
    .digest();
  return toBase32(digest.subarray(0, 20));
}

/** Whether two scans with one id are one reading, or a device has used a nonce twice. */
export function isSameReading(one: Scan, other: Scan): boolean {
  return (
    one.payloadHash === other.payloadHash && one.lane === other.lane && one.direction === other.direction
  );
}

export const scanInput = z.object({
  eventId: z.string().min(1).max(100),
  payload: z.string().min(1).max(400),
  lane: z.string().trim().min(1).max(40),
  deviceId: z.string().min(1).max(100),
  nonce: z.string().min(8).max(100),
  direction: z
    .enum(SCAN_DIRECTIONS)
    .nullish()
    .transform((direction) => direction ?? 'ENTRY'),
  scannedAt: z.date().nullish(),
});
