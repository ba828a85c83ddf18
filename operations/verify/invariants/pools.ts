import type { House } from '../../house/house.ts';
import { BATCH, byId, inBatches } from '../batches.ts';
import { type InventoryDocument, type OrderDocument, priceOf, type TicketDocument } from '../documents.ts';
import type { Findings, Invariant } from '../invariant.ts';
import { eventsThatSell } from '../selling-events.ts';

/** Events looked at together. */
const EVENTS = 200;

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
    const found = inventories.find({}, { projection: { seq: 1, pools: 1 }, batchSize: EVENTS });
    for await (const batch of inBatches(found, EVENTS)) {
      const eventIds = batch.map(({ _id }) => _id);
      const owed = await owedToOrders(house, eventIds);
      const moving = await eventsThatSell(house, eventIds);
      const after = await byId(inventories, eventIds, ['seq']);
      for (const inventory of batch) {
        judgeBounds(inventory, findings);
        if (moving.has(inventory._id) || after.get(inventory._id)?.seq !== inventory.seq)
          findings.skipped('events that sell just now');
        else judgeSold(inventory, owed, findings);
      }
    }
    await lookForStrays(house, findings);
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
  const owed: OwedByEvent = new Map();
  await addWholeOrders(house, eventIds, owed);
  await addPartlyRefunded(house, eventIds, owed);
  await addRefused(house, eventIds, owed);
  return owed;
}

async function addWholeOrders(house: House, eventIds: readonly string[], owed: OwedByEvent): Promise<void> {
  const orders = house.database('tickets').collection<OrderDocument>('orders');
  const sums = orders.aggregate<{ _id: { e: string; t: string } } & Owed>([
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
  for await (const { _id, units, revenue } of sums) add(owed, _id.e, _id.t, { units, revenue });
}

/** The units that are kept are counted by their tickets, not by the order's own word. */
async function addPartlyRefunded(
  house: House,
  eventIds: readonly string[],
  owed: OwedByEvent,
): Promise<void> {
  const db = house.database('tickets');
  const orders = db.collection<OrderDocument>('orders');
  const tickets = db.collection<TicketDocument>('tickets');
  const partly = { eventId: { $in: [...eventIds] }, state: 'PARTIALLY_REFUNDED' as const };
  for await (const batch of inBatches(orders.find(partly, { batchSize: BATCH }))) {
    for (const { eventId, lines, returns = [] } of batch) {
      for (const line of lines) add(owed, eventId, line.ticketTypeId, { units: 0, revenue: priceOf([line]) });
      for (const line of returns.flatMap((one) => one.lines))
        add(owed, eventId, line.ticketTypeId, { units: 0, revenue: -priceOf([line]) });
    }
    const ids = batch.map(({ _id }) => _id);
    for await (const { eventId, ticketTypeId } of tickets.find({ orderId: { $in: ids }, status: 'VALID' }))
      add(owed, eventId, ticketTypeId, { units: 1, revenue: 0 });
  }
}

/** Orders whose refund is refused: their tickets are void, and their units go back when their money has. */
async function addRefused(house: House, eventIds: readonly string[], owed: OwedByEvent): Promise<void> {
  const refused = house
    .database('tickets')
    .collection<OrderDocument>('orders')
    .find({
      eventId: { $in: [...eventIds] },
      state: 'REFUNDING',
      refundFailedAt: { $exists: true },
    });
  for await (const { eventId, lines, returns = [] } of refused) {
    const back = returns.flatMap((one) => (one.doneAt ? one.lines : []));
    for (const line of lines)
      add(owed, eventId, line.ticketTypeId, { units: line.quantity, revenue: priceOf([line]) });
    for (const line of back)
      add(owed, eventId, line.ticketTypeId, { units: -line.quantity, revenue: -priceOf([line]) });
  }
}

function add(owed: OwedByEvent, eventId: string, ticketTypeId: string, more: Owed): void {
  const types = owed.get(eventId) ?? new Map<string, Owed>();
  const { units, revenue } = types.get(ticketTypeId) ?? { units: 0, revenue: 0 };
  types.set(ticketTypeId, { units: units + more.units, revenue: revenue + more.revenue });
  owed.set(eventId, types);
}

/** An event without an inventory has nothing that could be sold. */
async function lookForStrays(house: House, findings: Findings): Promise<void> {
  const db = house.database('tickets');
  const states: OrderDocument['state'][] = ['COMPLETED', 'PARTIALLY_REFUNDED'];
  const events = db
    .collection<OrderDocument>('orders')
    .aggregate<{ _id: string; orders: number }>([
      { $match: { state: { $in: states } } },
      { $group: { _id: '$eventId', orders: { $sum: 1 } } },
    ]);
  for await (const batch of inBatches(events)) {
    const ids = batch.map(({ _id }) => _id);
    const known = await byId(db.collection<InventoryDocument>('inventory'), ids, []);
    for (const { _id: eventId, orders } of batch)
      if (!known.has(eventId))
        findings.violated(
          `stray:${eventId}`,
          `event ${eventId} has ${orders} orders with units and no inventory that they were taken from`,
        );
  }
}
