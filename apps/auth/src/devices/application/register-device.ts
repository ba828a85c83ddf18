import { Inject, Injectable } from '@nestjs/common';
import {
  CLOCK,
  type Clock,
  fail,
  IDS,
  type IdSource,
  type InvalidInput,
  NotFound,
  type NotPermitted,
  type NotSignedIn,
  ok,
  parseInput,
  type Result,
  RetryLater,
} from '#kernel';
import { notAllowed, requireViewer, type Viewer } from '#security';
import { isAllowed } from '../../organizations/application/change-organization.ts';
import { LimitReached } from '../../organizations/domain/organization.ts';
import { OrganizationsRepository } from '../../organizations/infrastructure/organizations.repository.ts';
import { type Device, MAX_DEVICES, registerDeviceInput } from '../domain/device.ts';
import { DevicesRepository } from '../infrastructure/devices.repository.ts';
import { newDeviceSecret } from './device-secret.ts';

/** Times that another place is tried because another device took the proposed one. */
const MAX_TRIES = 5;

export interface RegisteredDevice {
  readonly device: Device;
  /** Shown this once. */
  readonly secret: string;
}

export type RegisterDeviceFailure =
  InvalidInput | NotSignedIn | NotPermitted | NotFound | LimitReached | RetryLater;

/**
 * Members who manage devices register them. Whether the event or venue is the organization's own is not asked here, and
 * need not be: the door lets a device scan only where its organization is the event's.
 */
@Injectable()
export class RegisterDevice {
  constructor(
    private readonly organizations: OrganizationsRepository,
    private readonly devices: DevicesRepository,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(IDS) private readonly ids: IdSource,
  ) {}

  async execute(
    viewer: Viewer | undefined,
    input: unknown,
  ): Promise<Result<RegisteredDevice, RegisterDeviceFailure>> {
    const signedIn = requireViewer(viewer);
    if (!signedIn.ok) return signedIn;
    const parsed = parseInput(registerDeviceInput, input);
    if (!parsed.ok) return parsed;
    const { organizationId } = parsed.value;
    const organization = await this.organizations.find(organizationId);
    if (!organization) return fail(new NotFound('organization', organizationId));
    if (!isAllowed(organization, signedIn.value, 'MANAGE_DEVICES')) return fail(notAllowed('MANAGE_DEVICES'));
    const { secret, hash } = newDeviceSecret();
    const added = await this.add({
      ...parsed.value,
      id: this.ids.uuid(),
      version: 1,
      status: 'ACTIVE',
      secretHash: hash,
      registeredAt: this.clock.now(),
      registeredBy: signedIn.value.userId,
    });
    return added.ok ? ok({ device: added.value, secret }) : added;
  }

  private async add(device: Device): Promise<Result<Device, LimitReached | RetryLater>> {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const taken = await this.devices.placesOf(device.organizationId);
      if (taken.size >= MAX_DEVICES) return fail(new LimitReached('devices', MAX_DEVICES));
      const placed = { ...device, place: firstFree(taken) };
      if (await this.devices.add(placed)) return ok(placed);
    }
    return fail(new RetryLater('Other devices are being registered just now: try again.'));
  }
}

function firstFree(taken: ReadonlySet<number>): number {
  let place = 0;
  while (taken.has(place)) place++;
  return place;
}
