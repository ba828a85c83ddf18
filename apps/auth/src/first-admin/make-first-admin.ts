import { Injectable } from '@nestjs/common';
import { fail, NotFound, type Result, type RetryLater, WrongState } from '#kernel';
import { ChangeUser } from '../users/application/change-user.ts';
import { withRole } from '../users/domain/account.ts';
import { normalizeEmail, type User } from '../users/domain/user.ts';
import { AdminsRepository } from '../users/infrastructure/admins.repository.ts';
import { UsersRepository } from '../users/infrastructure/users.repository.ts';

/** Makes an account the first admin, once in the life of a house. After a crash in the middle, the same command ends it. */
@Injectable()
export class MakeFirstAdmin {
  constructor(
    private readonly users: UsersRepository,
    private readonly admins: AdminsRepository,
    private readonly changeUser: ChangeUser,
  ) {}

  async execute(address: string): Promise<Result<User, NotFound | WrongState | RetryLater>> {
    const email = normalizeEmail(address);
    const user = await this.users.findByEmail(email);
    if (!user) return fail(new NotFound('account with the address', email));
    if (user.disabledAt) return fail(new WrongState('DISABLED', `The account ${email} is disabled.`));
    const isFirst = !user.roles.includes('ADMIN') && (await this.admins.enterFirst(user.id));
    if (!isFirst) {
      return fail(
        new WrongState('HAS_ADMIN', 'There is an admin already: ask them to grant the role ADMIN.'),
      );
    }
    return this.changeUser.execute(user.id, (found) => ({
      user: withRole(found, 'ADMIN'),
      fact: 'UserUpdated',
    }));
  }
}
