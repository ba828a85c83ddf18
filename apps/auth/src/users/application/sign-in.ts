import { Injectable } from '@nestjs/common';
import { fail, type InvalidInput, ok, parseInput, type Result, type RetryLater } from '#kernel';
import { type OpenedSession, OpenSession } from '../../sessions/application/open-session.ts';
import { AccountDisabled, InvalidCredentials, signInInput } from '../domain/user.ts';
import { Passwords } from '../infrastructure/passwords.ts';
import { UsersRepository } from '../infrastructure/users.repository.ts';

@Injectable()
export class SignIn {
  constructor(
    private readonly users: UsersRepository,
    private readonly passwords: Passwords,
    private readonly openSession: OpenSession,
  ) {}

  async execute(
    input: unknown,
  ): Promise<Result<OpenedSession, InvalidInput | InvalidCredentials | AccountDisabled | RetryLater>> {
    const parsed = parseInput(signInInput, input);
    if (!parsed.ok) return parsed;
    const user = await this.users.findByEmail(parsed.value.email);
    const matches = await this.passwords.verify(user?.passwordHash, parsed.value.password);
    if (!matches.ok) return matches;
    if (!user || !matches.value) return fail(new InvalidCredentials());
    // Said only to who knows the password.
    if (user.disabledAt) return fail(new AccountDisabled());
    return ok(await this.openSession.execute(user));
  }
}
