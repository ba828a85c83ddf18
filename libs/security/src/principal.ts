import type { Viewer } from './viewer.ts';

/** Where a scanner device may scan: one event, every event of one venue, or (with neither) all of its organization. */
export interface ScanningScope {
  readonly organizationId: string;
  readonly eventId?: string;
  readonly venueId?: string;
}

/** A scanner device that asks for itself, as its verified access token says. */
export interface ScannerDevice extends ScanningScope {
  readonly deviceId: string;
}

/**
 * For whom an access token speaks: a user, or a scanner device, never both. A device is no `viewer`, on purpose: whatever
 * asks for a viewer treats it as nobody, and only what asks for a device by name lets one do anything.
 */
export type Principal =
  | { readonly viewer: Viewer; readonly device?: undefined }
  | { readonly viewer?: undefined; readonly device: ScannerDevice };

/** The event at whose door somebody stands. */
export interface Door {
  readonly id: string;
  readonly organizationId: string;
  readonly venueId?: string;
}

export function isInScope(scope: ScanningScope, event: Door): boolean {
  if (scope.organizationId !== event.organizationId) return false;
  if (scope.eventId !== undefined && scope.eventId !== event.id) return false;
  return scope.venueId === undefined || scope.venueId === event.venueId;
}
