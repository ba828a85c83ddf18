import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock, fail, type Failure, NotFound, ok, type Result, RetryLater } from '#kernel';
import type { User } from '../domain/user.ts';
import { type UserFactType, UsersRepository } from '../infrastructure/users.repository.ts';

/** Times that a change is decided anew because something else changed the user in between. */
const MAX_TRIES = 5;

export interface UserChange<F extends Failure> {
  /** The same user as before means that nothing is to be changed. */
  readonly user: User;
  /** What the change is called, if others are to know of it. */
  readonly fact?: UserFactType;
  /** The answer, once the change is written: a wrong code costs a try. */
  readonly failure?: F;
}

/** The one way to change a user: decide on a version, and write only if it is still that version. */
@Injectable()
export class ChangeUser {
  constructor(
    private readonly users: UsersRepository,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute<F extends Failure = never>(
    userId: string,
    decide: (user: User, now: Date) => UserChange<F> | Promise<UserChange<F>>,
  ): Promise<Result<User, F | NotFound | RetryLater>> {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const before = await this.users.find(userId);
      if (!before) return fail(new NotFound('user', userId));
      const now = this.clock.now();
      const { user, fact, failure } = await decide(before, now);
      if (user === before || (await this.users.save(before, user, fact)))
        return failure ? fail(failure) : ok(user);
    }
    return fail(
      new RetryLater('The account is being changed by others, or its news cannot be sent just now.'),
    );
  }
}
