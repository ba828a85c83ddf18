import type { House } from '../house/house.ts';
import type { TicketDocument } from './documents.ts';

/** How many valid tickets each of these orders has; none: it is not in the map. */
export async function validTickets(house: House, orderIds: readonly string[]): Promise<Map<string, number>> {
  const counts = await house
    .database('tickets')
    .collection<TicketDocument>('tickets')
    .aggregate<{ _id: string; valid: number }>([
      { $match: { orderId: { $in: orderIds }, status: 'VALID' } },
      { $group: { _id: '$orderId', valid: { $sum: 1 } } },
    ])
    .toArray();
  return new Map(counts.map(({ _id, valid }) => [_id, valid]));
}
