import { Injectable } from '@nestjs/common';
import { fail, type NotFound, NotSignedIn, type RetryLater, type Result, type WrongState } from '#kernel';
import { holdEnded } from '../domain/failures.ts';
import type { Hold } from '../domain/hold.ts';
import type { Holder } from '../domain/holder.ts';
import { Holds } from '../infrastructure/holds.ts';

/** Gives a hold's units back. Repeating it changes nothing; an ordered or expired hold cannot be released. */
@Injectable()
export class ReleaseHold {
  constructor(private readonly holds: Holds) {}

  async execute(
    holder: Holder | undefined,
    holdId: string,
  ): Promise<Result<Hold, NotSignedIn | NotFound | WrongState | RetryLater>> {
    if (!holder) return fail(new NotSignedIn());
    const released = await this.holds.release(holdId, holder);
    if (!released.ok || released.value.status === 'RELEASED') return released;
    return fail(holdEnded(released.value.status));
  }
}
