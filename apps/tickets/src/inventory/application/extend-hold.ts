import { Inject, Injectable } from '@nestjs/common';
import { fail, type NotFound, NotSignedIn, type RetryLater, type Result, type WrongState } from '#kernel';
import { TICKETS_CONFIG, type TicketsConfig } from '../../config.ts';
import { type AlreadyExtended, holdEnded } from '../domain/failures.ts';
import type { Hold } from '../domain/hold.ts';
import type { Holder } from '../domain/holder.ts';
import { Holds } from '../infrastructure/holds.ts';

/** Gives a hold more time, once: for a buyer who is still filling in a form, not for who wants to sit on units. */
@Injectable()
export class ExtendHold {
  constructor(
    private readonly holds: Holds,
    @Inject(TICKETS_CONFIG) private readonly config: TicketsConfig,
  ) {}

  async execute(
    holder: Holder | undefined,
    holdId: string,
  ): Promise<Result<Hold, NotSignedIn | NotFound | WrongState | AlreadyExtended | RetryLater>> {
    if (!holder) return fail(new NotSignedIn());
    const extended = await this.holds.extend(holdId, holder, this.config.EXTEND_HOLD_SECONDS * 1_000);
    if (!extended.ok || extended.value.status === 'HELD') return extended;
    return fail(holdEnded(extended.value.status));
  }
}
