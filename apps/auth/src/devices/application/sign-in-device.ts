import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock, fail, type InvalidInput, ok, parseInput, type Result } from '#kernel';
import { claimsOfDevice } from '#security';
import { TokenKeys } from '../../token-keys/token-keys.ts';
import {
  type Device,
  DEVICE_TOKEN_LIFETIME_MS,
  DeviceRevoked,
  InvalidDeviceCredentials,
  signInDeviceInput,
} from '../domain/device.ts';
import { DevicesRepository } from '../infrastructure/devices.repository.ts';
import { isDeviceSecret } from './device-secret.ts';

export interface DeviceSession {
  readonly accessToken: string;
  readonly accessTokenExpiresAt: Date;
  readonly device: Device;
}

/** A token that speaks for the device. Nothing is kept of it: the device signs in again for the next. */
@Injectable()
export class SignInDevice {
  constructor(
    private readonly devices: DevicesRepository,
    private readonly keys: TokenKeys,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute(
    input: unknown,
  ): Promise<Result<DeviceSession, InvalidInput | InvalidDeviceCredentials | DeviceRevoked>> {
    const parsed = parseInput(signInDeviceInput, input);
    if (!parsed.ok) return parsed;
    const device = await this.devices.find(parsed.value.deviceId);
    if (!device || !isDeviceSecret(parsed.value.secret, device.secretHash))
      return fail(new InvalidDeviceCredentials());
    if (device.status === 'REVOKED') return fail(new DeviceRevoked());
    const issuedAt = this.clock.now();
    const accessTokenExpiresAt = new Date(issuedAt.getTime() + DEVICE_TOKEN_LIFETIME_MS);
    const accessToken = await this.keys.sign(
      claimsOfDevice(device),
      device.id,
      issuedAt,
      accessTokenExpiresAt,
    );
    return ok({ accessToken, accessTokenExpiresAt, device });
  }
}
