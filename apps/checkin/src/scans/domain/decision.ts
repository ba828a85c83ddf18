import type { DecisionReason, ScanDirection } from '#contracts';
import {
  type Admission,
  type LastEntry,
  lastEntry,
  MAX_MOVEMENTS,
} from '../../admissions/domain/admission.ts';
import type { DoorEvent, KnownTicket } from '../../copies/domain/copies.ts';

/** How long after its end an event still admits: late shows overrun, and clocks of scanners are wrong. */
export const LATEST_ENTRY_AFTER_END_MS = 6 * 3_600_000;

/** What the text of a code turned out to be. */
export type ReadCode =
  | { readonly kind: 'UNREADABLE' }
  /** In the form of a credential, but signed by no key that is known. */
  | { readonly kind: 'FORGED' }
  | GenuineCode;

/** A credential whose signature is right. */
export interface GenuineCode {
  readonly kind: 'GENUINE';
  /** The organization whose key signed it. */
  readonly signedBy: string;
  readonly eventId: string;
  readonly ticketId: string;
  readonly credentialVersion: number;
  readonly expiresAt: Date;
}

/**
 * Whether the reading may be acted on for where it comes from. KNOWN: a device that is registered for this door, or a
 * member who scans by hand. UNKNOWN: never registered, for another door, or revoked.
 */
export type DeviceStanding = 'KNOWN' | 'UNKNOWN';

/** All that the right to pass is decided on. */
export interface Evidence {
  readonly code: ReadCode;
  readonly event: DoorEvent;
  /** Undefined while its fact is on its way; a genuine code is good without it. */
  readonly ticket: KnownTicket | undefined;
  readonly device: DeviceStanding;
  readonly direction: ScanDirection;
  readonly scannedAt: Date;
}

/**
 * Whether the code gives the right to pass here and now: OK, or why not. It does not look at earlier use.
 * A way out asks only for a genuine code of this event, for nobody is kept in by a cancelled or transferred ticket.
 */
export function decideRight({ code, event, ticket, device, direction, scannedAt }: Evidence): DecisionReason {
  if (device === 'UNKNOWN') return 'UNKNOWN_DEVICE';
  if (code.kind === 'UNREADABLE') return 'INVALID';
  if (code.kind === 'FORGED') return 'FORGED';
  if (code.eventId !== event.id) return 'WRONG_EVENT';
  // Each organization has its own keys, and they open no other organization's doors.
  if (code.signedBy !== event.organizationId) return 'FORGED';
  if (direction === 'EXIT') return 'OK';
  if (event.status === 'CANCELLED') return 'CANCELLED';
  if (ticket?.status === 'VOID') return voidReasonAtDoor(ticket);
  if (ticket && code.credentialVersion < ticket.credentialVersion) return 'REVOKED';
  if (scannedAt > code.expiresAt) return 'EXPIRED_CODE';
  if (scannedAt.getTime() > event.endsAt.getTime() + LATEST_ENTRY_AFTER_END_MS) return 'TOO_LATE';
  return 'OK';
}

/** A reason that this build does not know is no reason to let somebody in. */
function voidReasonAtDoor({ voidReason }: KnownTicket): DecisionReason {
  switch (voidReason) {
    case 'EVENT_CANCELLED':
      return 'CANCELLED';
    case 'REFUNDED':
      return 'REFUNDED';
    default:
      return 'REVOKED';
  }
}

/** Whether a ticket may move once more. */
export type Passage =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly reason: DecisionReason; readonly usedBefore?: LastEntry };

/**
 * Entry: once, and again after each exit. Exit: only from inside; NOT_YET for who was never let in.
 *
 * This depends on nothing but its arguments, on purpose: whoever decides a scan on one version of the admission, and
 * however often, comes to the same end. DecideScan relies on it.
 */
export function decidePassage(direction: ScanDirection, admission: Admission | undefined): Passage {
  const inside = admission?.inside ?? false;
  if (direction === 'EXIT' && !admission) return { allowed: false, reason: 'NOT_YET' };
  if (inside === (direction === 'ENTRY')) {
    return { allowed: false, reason: 'ALREADY_USED', usedBefore: admission && lastEntry(admission) };
  }
  if ((admission?.version ?? 0) >= MAX_MOVEMENTS) return { allowed: false, reason: 'BLOCKED' };
  return { allowed: true };
}
