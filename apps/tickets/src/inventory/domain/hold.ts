import type { QuotedLine } from './cart.ts';
import { v5 as uuidv5 } from 'uuid';
import type { Money } from '#kernel';

/** Namespace (RFC 9562, version 5) of hold ids that are derived; drawn at random once. */
const DERIVED_HOLDS = '5f0c7a52-6d2e-4b8e-9a57-0f6f3a1f9f0e';

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

/** A hold that nobody chose: whoever takes it for the same cause takes the same one. */
export function derivedHoldId(eventId: string, cause: string): string {
  return holdIdOf(eventId, uuidv5(cause, DERIVED_HOLDS));
}

/** Hold ids carry their event, which is where Redis keeps them: `<event id>.<uuid>`. */
export function holdIdOf(eventId: string, uuid: string): string {
  return `${eventId}.${uuid}`;
}

export function eventIdOfHold(holdId: string): string | undefined {
  return /^([0-9A-Z]{10})\.[0-9a-f-]{36}$/.exec(holdId)?.[1];
}
