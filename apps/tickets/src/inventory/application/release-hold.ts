import { Injectable } from '@nestjs/common';
import { fail, type NotFound, type NotSignedIn, type RetryLater, type Result, WrongState } from '#kernel';
import { requireViewer, type Viewer } from '#security';
import type { Hold } from '../domain/hold.ts';
import { Stock } from '../infrastructure/stock.ts';

/** Gives a hold's units back. Repeating it changes nothing; an ordered or expired hold cannot be released. */
@Injectable()
export class ReleaseHold {
  constructor(private readonly stock: Stock) {}

  async execute(
    viewer: Viewer | undefined,
    holdId: string,
  ): Promise<Result<Hold, NotSignedIn | NotFound | WrongState | RetryLater>> {
    const signedIn = requireViewer(viewer);
    if (!signedIn.ok) return signedIn;
    const released = await this.stock.release(holdId, signedIn.value.userId);
    if (!released.ok || released.value.status === 'RELEASED') return released;
    return fail(new WrongState(released.value.status, `The hold is ${released.value.status} already.`));
  }
}
