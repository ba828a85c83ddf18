import type { ScanDirection } from '#contracts';

/** Passages through the doors that one ticket may make; a policy allows far fewer, this bounds the document. */
export const MAX_MOVEMENTS = 64;

/** One passage through a door, in or out, and the scan that allowed it. */
export interface Movement {
  readonly scanId: string;
  readonly direction: ScanDirection;
  readonly lane: string;
  readonly deviceId: string;
  /** When the code was read, by the scanner's clock. */
  readonly scannedAt: Date;
  readonly decidedAt: Date;
}

/**
 * Where a ticket's bearer is: the one document that decides about entry and exit. It is keyed by ticket, so two
 * credential versions of one ticket never both enter. It exists from the first entry on.
 */
export interface Admission {
  readonly ticketId: string;
  readonly eventId: string;
  readonly organizationId: string;
  /** The number of movements. */
  readonly version: number;
  readonly inside: boolean;
  /** Oldest first, at most MAX_MOVEMENTS. */
  readonly movements: readonly Movement[];
}

export function movementOf(admission: Admission | undefined, scanId: string): Movement | undefined {
  return admission?.movements.find((movement) => movement.scanId === scanId);
}

/** The admission after one more movement. Whether the movement is allowed has been decided before. */
export function afterMovement(
  ticket: Pick<Admission, 'ticketId' | 'eventId' | 'organizationId'>,
  before: Admission | undefined,
  movement: Movement,
): Admission {
  const movements = [...(before?.movements ?? []), movement];
  return {
    ticketId: ticket.ticketId,
    eventId: ticket.eventId,
    organizationId: ticket.organizationId,
    version: movements.length,
    inside: movement.direction === 'ENTRY',
    movements,
  };
}

/** An admission as it is shown: the last time the ticket was let in. */
export interface LastEntry {
  readonly admittedAt: Date;
  readonly lane: string;
  readonly inside: boolean;
}

export function lastEntry({ movements, inside }: Admission): LastEntry | undefined {
  const entry = movements.findLast(({ direction }) => direction === 'ENTRY');
  return entry && { admittedAt: entry.scannedAt, lane: entry.lane, inside };
}
