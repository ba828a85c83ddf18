import { Inject, Injectable } from '@nestjs/common';
import {
  CLOCK,
  type Clock,
  IDS,
  type IdSource,
  type InvalidInput,
  ok,
  parseInput,
  type Result,
  type RetryLater,
} from '#kernel';
import { MailIntentsRepository } from '../../mail/infrastructure/mail-intents.repository.ts';
import { type OpenedSession, OpenSession } from '../../sessions/application/open-session.ts';
import { type EmailTaken, signUpInput, type User } from '../domain/user.ts';
import { Passwords } from '../infrastructure/passwords.ts';
import { UsersRepository } from '../infrastructure/users.repository.ts';

/** Creates an account, for an organizer with an organization of their own, asks to verify its address, and signs it in. */
@Injectable()
export class SignUp {
  constructor(
    private readonly users: UsersRepository,
    private readonly passwords: Passwords,
    private readonly mailIntents: MailIntentsRepository,
    private readonly openSession: OpenSession,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(IDS) private readonly ids: IdSource,
  ) {}

  async execute(input: unknown): Promise<Result<OpenedSession, InvalidInput | EmailTaken | RetryLater>> {
    const parsed = parseInput(signUpInput, input);
    if (!parsed.ok) return parsed;
    const { name, email, password, role, organizationName } = parsed.value;
    const hashed = await this.passwords.hash(password);
    if (!hashed.ok) return hashed;
    const user: User = {
      id: this.ids.uuid(),
      version: 1,
      name,
      email,
      passwordHash: hashed.value,
      roles: role === 'ORGANIZER' ? ['ATTENDEE', 'ORGANIZER'] : ['ATTENDEE'],
      createdAt: this.clock.now(),
      ...(role === 'ORGANIZER' && organizationName
        ? { ownOrganization: { id: this.ids.uuid(), name: organizationName } }
        : {}),
    };
    const added = await this.users.add(user);
    if (!added.ok) return added;
    await this.mailIntents.add({ kind: 'EMAIL_VERIFICATION', userId: user.id });
    return ok(await this.openSession.execute(user));
  }
}
