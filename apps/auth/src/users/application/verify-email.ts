import { Injectable } from '@nestjs/common';
import { type InvalidInput, type NotFound, ok, parseInput, type Result, type RetryLater } from '#kernel';
import type { InvalidCode } from '../../one-time-codes/domain/one-time-code.ts';
import { withVerifiedEmail } from '../domain/account.ts';
import { verifyEmailInput } from '../domain/user.ts';
import { RedeemCode } from './redeem-code.ts';

/** The code proves the address, whoever is signed in: mails are often read on another device. */
@Injectable()
export class VerifyEmail {
  constructor(private readonly redeemCode: RedeemCode) {}

  async execute(
    input: unknown,
  ): Promise<Result<{ email: string }, InvalidInput | InvalidCode | NotFound | RetryLater>> {
    const parsed = parseInput(verifyEmailInput, input);
    if (!parsed.ok) return parsed;
    const verified = await this.redeemCode.execute(
      'EMAIL_VERIFICATION',
      parsed.value.code,
      withVerifiedEmail,
    );
    return verified.ok ? ok({ email: verified.value.email }) : verified;
  }
}
