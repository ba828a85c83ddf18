import type { House } from '../../house/house.ts';
import { batchesOf, byId } from '../batches.ts';
import {
  type InventoryDocument,
  type OrderDocument,
  ORDERS_ON_THEIR_WAY,
  type TicketDocument,
} from '../documents.ts';
import type { Findings, Invariant } from '../invariant.ts';

/** Events looked at together. */
const BATCH = 200;

/** Events → ticket types → units. */
type Units = Map<string, Map<string, number>>;

export const pools: Invariant = {
  name: 'pools',
  says: 'of each ticket type 0 ≤ sold ≤ capacity, and sold is what its orders have',
  look: async (house, findings) => {
    const inventories = house.database('tickets').collection<InventoryDocument>('inventory');
    for await (const batch of batchesOf(inventories, {}, ['seq', 'pools'], BATCH)) {
      const eventIds = batch.map(({ _id }) => _id);
      const owed = await unitsOfOrders(house, eventIds);
      const moving = await eventsWithOrdersOnTheirWay(house, eventIds);
      const after = await byId(inventories, eventIds, ['seq']);
      for (const inventory of batch) {
        judgeBounds(inventory, findings);
        if (moving.has(inventory._id) || after.get(inventory._id)?.seq !== inventory.seq)
          findings.skipped('events that sell just now');
        else judgeSold(inventory, owed, findings);
      }
    }
  },
};

function judgeBounds({ _id: eventId, pools: types }: InventoryDocument, findings: Findings): void {
  for (const [ticketTypeId, { sold, capacity }] of Object.entries(types)) {
    findings.judged();
    if (sold < 0 || sold > capacity)
      findings.violated(
        `bounds:${eventId}:${ticketTypeId}`,
        `event ${eventId}, ticket type ${ticketTypeId}: ${sold} sold of ${capacity}`,
      );
  }
}

function judgeSold({ _id: eventId, pools: types }: InventoryDocument, owed: Units, findings: Findings): void {
  const units = owed.get(eventId) ?? new Map<string, number>();
  for (const ticketTypeId of new Set([...Object.keys(types), ...units.keys()])) {
    const sold = types[ticketTypeId]?.sold ?? 0;
    const ordered = units.get(ticketTypeId) ?? 0;
    if (sold !== ordered)
      findings.violated(
        `sold:${eventId}:${ticketTypeId}`,
        `event ${eventId}, ticket type ${ticketTypeId}: ${sold} sold, but its orders have ${ordered}`,
      );
  }
}

async function unitsOfOrders(house: House, eventIds: readonly string[]): Promise<Units> {
  const orders = house.database('tickets').collection<OrderDocument>('orders');
  const units: Units = new Map();
  const add = (eventId: string, ticketTypeId: string, quantity: number): void => {
    const types = units.get(eventId) ?? new Map<string, number>();
    units.set(eventId, types.set(ticketTypeId, (types.get(ticketTypeId) ?? 0) + quantity));
  };
  const whole = orders.aggregate<{ _id: { e: string; t: string }; units: number }>([
    { $match: { eventId: { $in: eventIds }, state: 'COMPLETED' } },
    { $unwind: '$lines' },
    {
      $group: {
        _id: { e: '$eventId', t: '$lines.ticketTypeId' },
        units: { $sum: '$lines.quantity' },
      },
    },
  ]);
  for await (const { _id, units: quantity } of whole) add(_id.e, _id.t, quantity);
  const partly = await orders
    .find({ eventId: { $in: [...eventIds] }, state: 'PARTIALLY_REFUNDED' }, { projection: { _id: 1 } })
    .toArray();
  const tickets = house.database('tickets').collection<TicketDocument & { ticketTypeId: string }>('tickets');
  const kept = tickets.find({ orderId: { $in: partly.map(({ _id }) => _id) }, status: 'VALID' });
  for await (const { eventId, ticketTypeId } of kept) add(eventId, ticketTypeId, 1);
  return units;
}

export async function eventsWithOrdersOnTheirWay(
  house: House,
  eventIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const found = await house
    .database('tickets')
    .collection<OrderDocument>('orders')
    .distinct('eventId', { eventId: { $in: [...eventIds] }, state: { $in: ORDERS_ON_THEIR_WAY } });
  return new Set(found);
}
