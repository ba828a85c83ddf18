import { Injectable } from '@nestjs/common';
import { fail, type NotFound, type Result, type RetryLater } from '#kernel';
import { InvalidCode, readCode } from '../../one-time-codes/domain/one-time-code.ts';
import { redeem } from '../domain/account.ts';
import type { CodePurpose, User } from '../domain/user.ts';
import { UsersRepository } from '../infrastructure/users.repository.ts';
import { ChangeUser } from './change-user.ts';

/** Uses a mailed code up, in the same write as what it is good for. */
@Injectable()
export class RedeemCode {
  constructor(
    private readonly users: UsersRepository,
    private readonly changeUser: ChangeUser,
  ) {}

  /** Whether the code is right just now. It is not used up, nor is a try; an account that is disabled has no codes. */
  async isPlausible(purpose: CodePurpose, text: string): Promise<boolean> {
    const given = readCode(text);
    return given !== undefined && (await this.users.findByCode(purpose, given.id)) !== undefined;
  }

  /** `use` is given the user without the code. */
  async execute(
    purpose: CodePurpose,
    text: string,
    use: (user: User, now: Date) => User,
  ): Promise<Result<User, InvalidCode | NotFound | RetryLater>> {
    const given = readCode(text);
    const owner = given && (await this.users.findByCode(purpose, given.id));
    if (!given || !owner) return fail(new InvalidCode());
    return this.changeUser.execute<InvalidCode>(owner.id, (before, now) => {
      const { verdict, user } = redeem(before, purpose, given, now);
      if (verdict !== 'RIGHT') return { user, failure: new InvalidCode() };
      return { user: use(user, now), fact: 'UserUpdated' };
    });
  }
}
