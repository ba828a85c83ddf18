import { Injectable } from '@nestjs/common';
import { fail, type InvalidInput, ok, parseInput, type Result } from '#kernel';
import { type OpenedSession, OpenSession } from '../../sessions/application/open-session.ts';
import { InvalidCredentials, signInInput } from '../domain/user.ts';
import { Passwords } from '../infrastructure/passwords.ts';
import { UsersRepository } from '../infrastructure/users.repository.ts';

@Injectable()
export class SignIn {
  constructor(
    private readonly users: UsersRepository,
    private readonly passwords: Passwords,
    private readonly openSession: OpenSession,
  ) {}

  async execute(input: unknown): Promise<Result<OpenedSession, InvalidInput | InvalidCredentials>> {
    const parsed = parseInput(signInInput, input);
    if (!parsed.ok) return parsed;
    const user = await this.users.findByEmail(parsed.value.email);
    const matches = await this.passwords.verify(user?.passwordHash, parsed.value.password);
    if (!user || !matches) return fail(new InvalidCredentials());
    return ok(await this.openSession.execute(user));
  }
}
