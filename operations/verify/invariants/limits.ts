import type { House } from '../../house/house.ts';
import { batchesOf, byId } from '../batches.ts';
import {
  type AllowanceDocument,
  type EventCopyDocument,
  isFromDesk,
  isOnItsWay,
  type OrderDocument,
  type TicketDocument,
} from '../documents.ts';
import type { Findings, Invariant } from '../invariant.ts';

/** States in which some units are the buyer's. */
const OWNING: OrderDocument['state'][] = ['COMPLETED', 'PARTIALLY_REFUNDED'];

export const limits: Invariant = {
  name: 'limits',
  says: "an account's units of an event are counted, each once, and no more than the event allows",
  look: async (house, findings) => {
    await lookAtAllowances(house, findings);
    await lookAtOrders(house, findings);
  },
};

async function lookAtAllowances(house: House, findings: Findings): Promise<void> {
  const db = house.database('tickets');
  const allowances = db.collection<AllowanceDocument>('allowances');
  const events = db.collection<EventCopyDocument>('events');
  const fields = ['eventId', 'accountId', 'total', 'orders', 'byType'] as const;
  for await (const batch of batchesOf(allowances, {}, fields)) {
    const [owned, known] = await Promise.all([
      ownedUnits(
        house,
        batch.flatMap(({ orders }) => orders),
      ),
      byId(
        events,
        batch.map(({ eventId }) => eventId),
        ['maxPerAccount', 'ticketTypes'],
      ),
    ]);
    for (const allowance of batch) {
      findings.judged();
      const event = known.get(allowance.eventId);
      judgeMaxima(allowance, event, findings);
      const units = unitsOfOrders(allowance, owned);
      if (units) judgeCounts(allowance, units, findings);
      else findings.skipped('accounts that buy just now');
    }
  }
}

/** Units by ticket type. */
type Units = ReadonlyMap<string, number>;
/** By order; undefined for an order whose units are just being counted or given back. */
type OwnedUnits = ReadonlyMap<string, Units | undefined>;

function judgeMaxima(
  { eventId, accountId, total, byType = {} }: AllowanceDocument,
  event: EventCopyDocument | undefined,
  findings: Findings,
): void {
  const subject = `account ${accountId}, event ${eventId}`;
  if (event && total > event.maxPerAccount)
    findings.violated(`max:${subject}`, `${subject}: ${total} units, and ${event.maxPerAccount} are allowed`);
  for (const { ticketTypeId, maxPerAccount: max } of event?.ticketTypes ?? []) {
    const units = byType[ticketTypeId] ?? 0;
    if (max !== undefined && units > max)
      findings.violated(
        `max:${subject}, ${ticketTypeId}`,
        `${subject}, ticket type ${ticketTypeId}: ${units} units, and ${max} are allowed`,
      );
  }
}

/** Whether what is compared with the limits is what the orders have. */
function judgeCounts(
  { eventId, accountId, total, byType = {} }: AllowanceDocument,
  units: Units,
  findings: Findings,
): void {
  const subject = `account ${accountId}, event ${eventId}`;
  const sum = sumOf(units.values());
  if (sum !== total)
    findings.violated(`sum:${subject}`, `${subject}: ${total} units are counted, and its orders have ${sum}`);
  // Orders that were counted before there were limits of ticket types are not among these.
  if (sumOf(Object.values(byType)) !== total) return;
  for (const ticketTypeId of new Set([...units.keys(), ...Object.keys(byType)])) {
    const [counted, owned] = [byType[ticketTypeId] ?? 0, units.get(ticketTypeId) ?? 0];
    if (counted !== owned)
      findings.violated(
        `sum:${subject}, ${ticketTypeId}`,
        `${subject}, ticket type ${ticketTypeId}: ${counted} units are counted, and its orders have ${owned}`,
      );
  }
}

/** Undefined while one of them is on its way. */
function unitsOfOrders({ orders }: AllowanceDocument, owned: OwnedUnits): Units | undefined {
  const sum = new Map<string, number>();
  for (const orderId of orders) {
    const units = owned.get(orderId);
    if (!units && owned.has(orderId)) return undefined;
    for (const [ticketTypeId, quantity] of units ?? [])
      sum.set(ticketTypeId, (sum.get(ticketTypeId) ?? 0) + quantity);
  }
  return sum;
}

async function ownedUnits(house: House, orderIds: readonly string[]): Promise<OwnedUnits> {
  const db = house.database('tickets');
  const orders = await byId(db.collection<OrderDocument>('orders'), orderIds, ['state', 'lines', 'channel']);
  const partly = [...orders.values()].filter(({ state }) => state === 'PARTIALLY_REFUNDED');
  const kept = new Map<string, Map<string, number>>(partly.map(({ _id }) => [_id, new Map()]));
  const tickets = db
    .collection<TicketDocument>('tickets')
    .find(
      { orderId: { $in: [...kept.keys()] }, status: 'VALID' },
      { projection: { orderId: 1, ticketTypeId: 1 } },
    );
  for await (const { orderId, ticketTypeId } of tickets) {
    const units = kept.get(orderId);
    units?.set(ticketTypeId, (units.get(ticketTypeId) ?? 0) + 1);
  }
  return new Map([...orders.values()].map((order) => [order._id, unitsOwned(order, kept.get(order._id))]));
}

function unitsOwned(order: OrderDocument, kept: Units | undefined): Units | undefined {
  if (isFromDesk(order)) return new Map();
  if (isOnItsWay(order)) return undefined;
  if (order.state !== 'COMPLETED') return kept ?? new Map();
  const units = new Map<string, number>();
  for (const { ticketTypeId, quantity } of order.lines)
    units.set(ticketTypeId, (units.get(ticketTypeId) ?? 0) + quantity);
  return units;
}

function sumOf(counts: Iterable<number>): number {
  return [...counts].reduce((sum, count) => sum + count, 0);
}

async function lookAtOrders(house: House, findings: Findings): Promise<void> {
  const db = house.database('tickets');
  const orders = db.collection<OrderDocument>('orders');
  const allowances = db.collection<AllowanceDocument>('allowances');
  const owning = { state: { $in: OWNING } };
  for await (const all of batchesOf(orders, owning, ['eventId', 'buyerId', 'channel'])) {
    const batch = all.filter((order) => !isFromDesk(order));
    const ids = batch.map(({ eventId, buyerId }) => `${eventId}:${buyerId}`);
    const counted = await byId(allowances, ids, ['orders']);
    for (const { _id, eventId, buyerId } of batch) {
      findings.judged();
      if (!counted.get(`${eventId}:${buyerId}`)?.orders.includes(_id))
        findings.violated(
          `uncounted:${_id}`,
          `order ${_id} is not counted for account ${buyerId} and event ${eventId}`,
        );
    }
  }
}
