import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import { type Answer, answer, type GraphContext } from '#graphql';
import { ChangePassword } from '../application/change-password.ts';
import { RequestEmailVerification } from '../application/request-email-verification.ts';
import { RequestPasswordReset } from '../application/request-password-reset.ts';
import { ResetPassword } from '../application/reset-password.ts';
import { VerifyEmail } from '../application/verify-email.ts';

/** What people do about their own account, most of it by mail. */
@Resolver()
export class AccountsResolver {
  constructor(
    private readonly requestPasswordResetCase: RequestPasswordReset,
    private readonly resetPasswordCase: ResetPassword,
    private readonly changePasswordCase: ChangePassword,
    private readonly requestEmailVerificationCase: RequestEmailVerification,
    private readonly verifyEmailCase: VerifyEmail,
  ) {}

  @Mutation()
  async requestPasswordReset(@Args('email') email: string): Promise<Answer> {
    return answer('MailRequested', await this.requestPasswordResetCase.execute({ email }), (asked) => asked);
  }

  @Mutation()
  async resetPassword(@Args('input') input: unknown): Promise<Answer> {
    return answer('PasswordReset', await this.resetPasswordCase.execute(input), (reset) => reset);
  }

  @Mutation()
  async changePassword(@Args('input') input: unknown, @Context() { viewer }: GraphContext): Promise<Answer> {
    return answer(
      'PasswordChanged',
      await this.changePasswordCase.execute(viewer, input),
      (changed) => changed,
    );
  }

  @Mutation()
  async requestEmailVerification(@Context() { viewer }: GraphContext): Promise<Answer> {
    return answer('MailRequested', await this.requestEmailVerificationCase.execute(viewer), (asked) => asked);
  }

  @Mutation()
  async verifyEmail(@Args('code') code: string): Promise<Answer> {
    return answer('EmailVerified', await this.verifyEmailCase.execute({ code }), (verified) => verified);
  }
}
