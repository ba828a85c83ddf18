import type { DeviceStatus, PublicTicket, PublishedEvent } from '#contracts';

/** What a door needs to know of an event. */
export interface DoorEvent {
  readonly id: string;
  readonly organizationId: string;
  /** Undefined for an event that is online only. */
  readonly venueId?: string;
  readonly status: PublishedEvent['status'];
  readonly endsAt: Date;
}

/** What a door needs to know of a ticket. Facts may be late: a genuine ticket may be unknown, or older than its code. */
export interface KnownTicket {
  readonly id: string;
  readonly organizationId: string;
  readonly ticketTypeName: string;
  readonly holderId: string;
  readonly holderName: string;
  readonly status: PublicTicket['status'];
  readonly credentialVersion: number;
  /** Why it admits nobody any more: `REFUNDED` or `EVENT_CANCELLED`. */
  readonly voidReason?: string;
}

/** What a door needs to know of a scanner device. */
export interface KnownDevice {
  readonly id: string;
  readonly organizationId: string;
  /** With one of the two it scans there only; with neither, at every event of its organization. */
  readonly eventId?: string;
  readonly venueId?: string;
  readonly status: DeviceStatus;
}

/** A public key, and the organization that alone may sign with its private half. */
export interface SigningKey {
  readonly organizationId: string;
  /** Raw Ed25519 public key. */
  readonly publicKey: Uint8Array;
}
