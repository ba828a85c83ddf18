import type { House } from '../../house/house.ts';
import { batchesOf, byId } from '../batches.ts';
import {
  type AllowanceDocument,
  type EventCopyDocument,
  isFromDesk,
  isOnItsWay,
  type OrderDocument,
  type TicketDocument,
  unitsOf,
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
  for await (const batch of batchesOf(allowances, {}, [
    'eventId',
    'accountId',
    'total',
    'orders',
    'byType',
  ])) {
    const owned = await ownedUnits(
      house,
      batch.flatMap(({ orders }) => orders),
    );
    const known = await byId(
      events,
      batch.map(({ eventId }) => eventId),
      ['maxPerAccount', 'ticketTypes'],
    );
    for (const allowance of batch) {
      findings.judged();
      judgeAllowance(allowance, owned, known.get(allowance.eventId)?.maxPerAccount, findings);
      judgeTypes(allowance, known.get(allowance.eventId), findings);
    }
  }
}

/** Units by order; undefined for an order whose units are just being counted or given back. */
type OwnedUnits = ReadonlyMap<string, number | undefined>;

function judgeAllowance(
  { eventId, accountId, total, orders }: AllowanceDocument,
  owned: OwnedUnits,
  max: number | undefined,
  findings: Findings,
): void {
  const subject = `account ${accountId}, event ${eventId}`;
  if (max !== undefined && total > max)
    findings.violated(`max:${subject}`, `${subject}: ${total} units, and ${max} are allowed`);
  const units = orders.map((orderId) => (owned.has(orderId) ? owned.get(orderId) : 0));
  if (units.some((one) => one === undefined)) return findings.skipped('accounts that buy just now');
  const sum = units.reduce<number>((before, one) => before + (one ?? 0), 0);
  if (sum !== total)
    findings.violated(`sum:${subject}`, `${subject}: ${total} units are counted, and its orders have ${sum}`);
}

/** Ticket types that have a limit of their own. */
function judgeTypes(
  { eventId, accountId, byType = {} }: AllowanceDocument,
  event: EventCopyDocument | undefined,
  findings: Findings,
): void {
  for (const { ticketTypeId, maxPerAccount: max } of event?.ticketTypes ?? []) {
    const units = byType[ticketTypeId] ?? 0;
    if (max !== undefined && units > max)
      findings.violated(
        `type:${eventId}:${accountId}:${ticketTypeId}`,
        `account ${accountId}, event ${eventId}, ticket type ${ticketTypeId}: ${units} units, and ${max} are allowed`,
      );
  }
}

async function ownedUnits(house: House, orderIds: readonly string[]): Promise<OwnedUnits> {
  const db = house.database('tickets');
  const orders = await byId(db.collection<OrderDocument>('orders'), orderIds, ['state', 'lines', 'channel']);
  const partly = [...orders.values()].filter(({ state }) => state === 'PARTIALLY_REFUNDED');
  const kept = await db
    .collection<TicketDocument>('tickets')
    .find({ orderId: { $in: partly.map(({ _id }) => _id) }, status: 'VALID' }, { projection: { orderId: 1 } })
    .toArray();
  return new Map(
    [...orders.values()].map((order) => [
      order._id,
      unitsOwned(order, kept.filter(({ orderId }) => orderId === order._id).length),
    ]),
  );
}

function unitsOwned(order: OrderDocument, validTickets: number): number | undefined {
  if (isFromDesk(order)) return 0;
  if (isOnItsWay(order)) return undefined;
  if (order.state === 'COMPLETED') return unitsOf(order);
  return order.state === 'PARTIALLY_REFUNDED' ? validTickets : 0;
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
