import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import { type Answer, answer, type GraphContext } from '#graphql';
import { RegisterDevice } from '../application/register-device.ts';
import { RevokeDevice } from '../application/revoke-device.ts';
import { SignInDevice } from '../application/sign-in-device.ts';

@Resolver()
export class DevicesResolver {
  constructor(
    private readonly registerCase: RegisterDevice,
    private readonly revokeCase: RevokeDevice,
    private readonly signInCase: SignInDevice,
  ) {}

  @Mutation()
  async registerDevice(@Args('input') input: unknown, @Context() { viewer }: GraphContext): Promise<Answer> {
    return answer(
      'RegisteredDevice',
      await this.registerCase.execute(viewer, input),
      (registered) => registered,
    );
  }

  @Mutation()
  async revokeDevice(
    @Args('deviceId') deviceId: string,
    @Context() { viewer }: GraphContext,
  ): Promise<Answer> {
    return answer('Device', await this.revokeCase.execute(viewer, deviceId), (device) => device);
  }

  @Mutation()
  async signInDevice(@Args('input') input: unknown): Promise<Answer> {
    return answer('DeviceSession', await this.signInCase.execute(input), (session) => session);
  }
}
