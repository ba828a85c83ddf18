import { Inject, Injectable } from '@nestjs/common';
import {
  CLOCK,
  type Clock,
  fail,
  NotFound,
  type NotPermitted,
  type NotSignedIn,
  ok,
  type Result,
} from '#kernel';
import { notAllowed, requireViewer, type Viewer } from '#security';
import { isAllowed } from '../../organizations/application/change-organization.ts';
import { OrganizationsRepository } from '../../organizations/infrastructure/organizations.repository.ts';
import type { Device } from '../domain/device.ts';
import { DevicesRepository } from '../infrastructure/devices.repository.ts';

/** Doors refuse the device as soon as they hear of it, also while its token is still good. Revoking twice is once. */
@Injectable()
export class RevokeDevice {
  constructor(
    private readonly organizations: OrganizationsRepository,
    private readonly devices: DevicesRepository,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute(
    viewer: Viewer | undefined,
    deviceId: string,
  ): Promise<Result<Device, NotSignedIn | NotPermitted | NotFound>> {
    const signedIn = requireViewer(viewer);
    if (!signedIn.ok) return signedIn;
    const device = await this.devices.find(deviceId);
    const organization = device && (await this.organizations.find(device.organizationId));
    if (!device || !organization) return fail(new NotFound('device', deviceId));
    if (!isAllowed(organization, signedIn.value, 'MANAGE_DEVICES')) return fail(notAllowed('MANAGE_DEVICES'));
    await this.devices.revoke(organization.id, device, this.clock.now());
    const revoked = await this.devices.find(deviceId);
    return revoked ? ok(revoked) : fail(new NotFound('device', deviceId));
  }
}
