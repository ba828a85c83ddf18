import type { House } from '../house/house.ts';
import { type OrderDocument, ORDERS_ON_THEIR_WAY } from './documents.ts';

/**
 * Of these events, those with orders on their way: what is counted of them is between two steps. An order whose refund is
 * refused stands still until a person asks again.
 */
export async function eventsThatSell(
  house: House,
  eventIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const found = await house
    .database('tickets')
    .collection<OrderDocument>('orders')
    .distinct('eventId', {
      eventId: { $in: [...eventIds] },
      state: { $in: ORDERS_ON_THEIR_WAY },
      refundFailedAt: { $exists: false },
    });
  return new Set(found);
}
