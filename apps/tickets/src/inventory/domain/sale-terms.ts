import type { PublishedEvent } from '#contracts';
import { fingerprintOf } from '../../events/domain/fingerprint.ts';

/**
 * A fingerprint of what an event's stock takes from the event itself: whether, when, as what and to whom it sells. Capacities
 * are not among it, for the inventory decides about them, nor are published prices.
 */
export function termsOf(event: PublishedEvent): string {
  const { status, salesStartAt, salesEndAt, maxPerAccount, planId, ticketTypes } = event;
  const types = ticketTypes.map((type) => [
    type.ticketTypeId,
    type.basePrice,
    type.maxPerOrder,
    type.maxPerAccount,
    type.salesStartAt,
    type.salesEndAt,
    type.sectionIds,
  ]);
  return fingerprintOf([status, salesStartAt, salesEndAt, maxPerAccount, planId, types]);
}
