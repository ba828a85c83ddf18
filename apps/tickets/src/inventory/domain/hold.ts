import type { QuotedLine } from './cart.ts';
import type { Money } from '#kernel';

export type HoldStatus = 'HELD' | 'ORDERED' | 'RELEASED' | 'EXPIRED';

/** A short reservation of units at a frozen price. It ends exactly once: ordered, released or expired. */
export interface Hold {
  readonly id: string;
  readonly eventId: string;
  readonly accountId: string;
  readonly status: HoldStatus;
  readonly lines: readonly QuotedLine[];
  readonly total: Money;
  readonly expiresAt: Date;
  /** It has been given more time, which happens once. */
  readonly extended: boolean;
  /** The order that was made of it. */
  readonly orderId?: string;
}

/** Hold ids carry their event, which is where Redis keeps them: `<event id>.<uuid>`. */
export function holdIdOf(eventId: string, uuid: string): string {
  return `${eventId}.${uuid}`;
}

export function eventIdOfHold(holdId: string): string | undefined {
  return /^([0-9A-Z]{10})\.[0-9a-f-]{36}$/.exec(holdId)?.[1];
}
