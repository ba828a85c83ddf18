import type { House } from '../../house/house.ts';
import { batchesOf, byId } from '../batches.ts';
import {
  type InventoryDocument,
  type OrderDocument,
  ORDERS_ON_THEIR_WAY,
  priceOf,
  type TicketDocument,
} from '../documents.ts';
import type { Findings, Invariant } from '../invariant.ts';

/** Events looked at together. */
const BATCH = 200;

/** What orders have of a ticket type, and what they were charged for it, in minor units. */
interface Owed {
  readonly units: number;
  readonly revenue: number;
}

/** By event and ticket type. */
type OwedByEvent = Map<string, Map<string, Owed>>;

export const pools: Invariant = {
  name: 'pools',
  says: 'of each ticket type 0 ≤ sold ≤ capacity, and sold and revenue are what its orders have and were charged',
  look: async (house, findings) => {
    const inventories = house.database('tickets').collection<InventoryDocument>('inventory');
    for await (const batch of batchesOf(inventories, {}, ['seq', 'pools'], BATCH)) {
      const eventIds = batch.map(({ _id }) => _id);
      const owed = await owedToOrders(house, eventIds);
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

function judgeSold(
  { _id: eventId, pools: types }: InventoryDocument,
  owed: OwedByEvent,
  findings: Findings,
): void {
  const ofOrders = owed.get(eventId) ?? new Map<string, Owed>();
  for (const ticketTypeId of new Set([...Object.keys(types), ...ofOrders.keys()])) {
    const { sold = 0, revenue = 0 } = types[ticketTypeId] ?? {};
    const { units, revenue: charged } = ofOrders.get(ticketTypeId) ?? { units: 0, revenue: 0 };
    const subject = `event ${eventId}, ticket type ${ticketTypeId}`;
    if (sold !== units)
      findings.violated(
        `sold:${eventId}:${ticketTypeId}`,
        `${subject}: ${sold} sold, but its orders have ${units}`,
      );
    if (revenue !== charged)
      findings.violated(
        `revenue:${eventId}:${ticketTypeId}`,
        `${subject}: a revenue of ${revenue} minor units, but its orders were charged ${charged}`,
      );
  }
}

async function owedToOrders(house: House, eventIds: readonly string[]): Promise<OwedByEvent> {
  const orders = house.database('tickets').collection<OrderDocument>('orders');
  const owed: OwedByEvent = new Map();
  const add = (eventId: string, ticketTypeId: string, more: Owed): void => {
    const types = owed.get(eventId) ?? new Map<string, Owed>();
    const { units, revenue } = types.get(ticketTypeId) ?? { units: 0, revenue: 0 };
    owed.set(
      eventId,
      types.set(ticketTypeId, { units: units + more.units, revenue: revenue + more.revenue }),
    );
  };
  const whole = orders.aggregate<{ _id: { e: string; t: string } } & Owed>([
    { $match: { eventId: { $in: eventIds }, state: 'COMPLETED' } },
    { $unwind: '$lines' },
    {
      $group: {
        _id: { e: '$eventId', t: '$lines.ticketTypeId' },
        units: { $sum: '$lines.quantity' },
        revenue: { $sum: { $multiply: ['$lines.quantity', '$lines.unitPrice.amount'] } },
      },
    },
  ]);
  for await (const { _id, units, revenue } of whole) add(_id.e, _id.t, { units, revenue });
  const partly = await orders
    .find(
      { eventId: { $in: [...eventIds] }, state: 'PARTIALLY_REFUNDED' },
      { projection: { eventId: 1, lines: 1, returns: 1 } },
    )
    .toArray();
  for (const { eventId, lines, returns = [] } of partly) {
    const gone = returns.flatMap((one) => one.lines);
    for (const line of lines) add(eventId, line.ticketTypeId, { units: 0, revenue: priceOf([line]) });
    for (const line of gone) add(eventId, line.ticketTypeId, { units: 0, revenue: -priceOf([line]) });
  }
  // The units that are kept are counted by their tickets, not by the order's own word.
  const tickets = house.database('tickets').collection<TicketDocument & { ticketTypeId: string }>('tickets');
  const kept = tickets.find({ orderId: { $in: partly.map(({ _id }) => _id) }, status: 'VALID' });
  for await (const { eventId, ticketTypeId } of kept) add(eventId, ticketTypeId, { units: 1, revenue: 0 });
  return owed;
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
