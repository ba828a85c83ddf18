import { z } from 'zod';
import type { DeviceStatus, PublicDevice } from '#contracts';
import { Failure, oneLine } from '#kernel';

/** Active devices of one organization. */
export const MAX_DEVICES = 500;
/** A device signs in again for the next token: it has no session. */
export const DEVICE_TOKEN_LIFETIME_MS = 10 * 60_000;

/** A scanner that signs in for itself. It scans where it is registered for, and sees nothing else. */
export interface Device {
  readonly id: string;
  readonly version: number;
  readonly organizationId: string;
  readonly name: string;
  /** With one of the two it scans there only; with neither, at every event of its organization. */
  readonly eventId?: string;
  readonly venueId?: string;
  readonly status: DeviceStatus;
  readonly secretHash: string;
  readonly registeredAt: Date;
  readonly registeredBy: string;
  readonly revokedAt?: Date;
  /** Which of its organization's MAX_DEVICES places it takes while it is active; a unique index bounds them. */
  readonly place?: number;
}

/** No device has this id and secret. */
export class InvalidDeviceCredentials extends Failure {
  readonly code = 'INVALID_DEVICE_CREDENTIALS';

  constructor() {
    super('No device has this id and secret: register it anew, for its secret is shown only once.');
  }
}

export class DeviceRevoked extends Failure {
  readonly code = 'DEVICE_REVOKED';

  constructor() {
    super('This device has been revoked: register it anew.');
  }
}

const id = z.string().min(1).max(100);

export const registerDeviceInput = z
  .object({
    organizationId: id,
    name: oneLine(z.string().trim().min(1).max(100)),
    eventId: id.nullish().transform((given) => given ?? undefined),
    venueId: id.nullish().transform((given) => given ?? undefined),
  })
  .refine(({ eventId, venueId }) => eventId === undefined || venueId === undefined, {
    path: ['venueId'],
    message: 'a device is for one event, or for one venue, or for neither',
  });

export const signInDeviceInput = z.object({ deviceId: id, secret: z.string().min(1).max(100) });

/** The state of a device as every fact carries it. */
export function publicDevice(device: Device): PublicDevice {
  return {
    deviceId: device.id,
    organizationId: device.organizationId,
    name: device.name,
    eventId: device.eventId,
    venueId: device.venueId,
    status: device.status,
    registeredAt: device.registeredAt.toISOString(),
    revokedAt: device.revokedAt?.toISOString(),
  };
}
