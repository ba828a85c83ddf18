import { Injectable } from '@nestjs/common';
import {
  fail,
  type InvalidInput,
  type NotFound,
  ok,
  parseInput,
  type Result,
  type RetryLater,
} from '#kernel';
import { InvalidCode } from '../../one-time-codes/domain/one-time-code.ts';
import { withPassword, withVerifiedEmail } from '../domain/account.ts';
import { resetPasswordInput } from '../domain/user.ts';
import { Passwords } from '../infrastructure/passwords.ts';
import { RedeemCode } from './redeem-code.ts';

/** Sets a new password for a mailed code and ends every session. Whoever has the code has the address: it is verified. */
@Injectable()
export class ResetPassword {
  constructor(
    private readonly redeemCode: RedeemCode,
    private readonly passwords: Passwords,
  ) {}

  async execute(
    input: unknown,
  ): Promise<Result<{ email: string }, InvalidInput | InvalidCode | NotFound | RetryLater>> {
    const parsed = parseInput(resetPasswordInput, input);
    if (!parsed.ok) return parsed;
    const { code, newPassword } = parsed.value;
    // Hashing is slow: it is not for whoever makes codes up.
    if (!(await this.redeemCode.isPlausible('PASSWORD_RESET', code))) return fail(new InvalidCode());
    const hashed = await this.passwords.hash(newPassword);
    if (!hashed.ok) return hashed;
    const reset = await this.redeemCode.execute('PASSWORD_RESET', code, (user, now) =>
      withVerifiedEmail(withPassword(user, hashed.value), now),
    );
    return reset.ok ? ok({ email: reset.value.email }) : reset;
  }
}
