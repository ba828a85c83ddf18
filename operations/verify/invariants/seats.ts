import type { House } from '../../house/house.ts';
import { batchesOf, byId } from '../batches.ts';
import {
  type InventoryDocument,
  isOnItsWay,
  type OrderDocument,
  type SeatClaimDocument,
  type TicketDocument,
} from '../documents.ts';
import type { Findings, Invariant } from '../invariant.ts';
import { eventsThatSell } from '../selling-events.ts';
import { type Stock, stocksOf } from '../stocks.ts';

/** Orders that have ended without seats, or have none yet. */
const WITHOUT_SEATS: readonly OrderDocument['state'][] = [
  'AWAITING_PAYMENT',
  'EXPIRED',
  'CANCELLED',
  'REFUNDED',
];

export const seats: Invariant = {
  name: 'seats',
  says: 'a seat has at most one claim and one valid ticket, both of one order that has it, and Redis knows of it',
  look: async (house, findings) => {
    await judgeTwice(house, findings);
    await judgeTickets(house, findings);
    await judgeClaims(house, findings);
    await judgeStocks(house, findings);
  },
};

async function judgeTwice(house: House, findings: Findings): Promise<void> {
  const twice = house
    .database('tickets')
    .collection('tickets')
    .aggregate<{ _id: { eventId: string; seatId: string }; tickets: string[] }>(
      [
        { $match: { 'seat.seatId': { $exists: true }, status: 'VALID' } },
        { $group: { _id: { eventId: '$eventId', seatId: '$seat.seatId' }, tickets: { $push: '$_id' } } },
        { $match: { 'tickets.1': { $exists: true } } },
      ],
      { allowDiskUse: true },
    );
  for await (const { _id, tickets } of twice)
    findings.violated(
      `${_id.eventId}:${_id.seatId}`,
      `seat ${_id.seatId} of event ${_id.eventId} has ${tickets.length} valid tickets: ${tickets.join(', ')}`,
    );
}

async function judgeTickets(house: House, findings: Findings): Promise<void> {
  const db = house.database('tickets');
  const tickets = db.collection<TicketDocument>('tickets');
  const claims = db.collection<SeatClaimDocument>('seat_claims');
  const orders = db.collection<OrderDocument>('orders');
  const seated = { 'seat.seatId': { $exists: true }, status: 'VALID' as const };
  for await (const batch of batchesOf(tickets, seated, ['eventId', 'orderId', 'seat'])) {
    findings.judged(batch.length);
    const claimed = await byId(claims, batch.map(claimIdOf), ['orderId']);
    const known = await byId(orders, [...new Set(batch.map(({ orderId }) => orderId))], ['state']);
    for (const ticket of batch) {
      const order = known.get(ticket.orderId);
      if (claimed.get(claimIdOf(ticket))?.orderId === ticket.orderId) continue;
      if (order && isOnItsWay(order)) findings.skipped('orders on their way');
      else
        findings.violated(
          `ticket:${ticket._id}`,
          `ticket ${ticket._id} is valid for seat ${ticket.seat?.seatId} of event ${ticket.eventId}, ` +
            `which its order ${ticket.orderId} has not claimed`,
        );
    }
  }
}

async function judgeClaims(house: House, findings: Findings): Promise<void> {
  const db = house.database('tickets');
  const claims = db.collection<SeatClaimDocument>('seat_claims');
  const orders = db.collection<OrderDocument>('orders');
  for await (const batch of batchesOf(claims, {}, ['orderId', 'checkAt'])) {
    findings.judged(batch.length);
    const ids = [...new Set(batch.map(({ orderId }) => orderId))];
    const known = await byId(orders, ids, ['state', 'lines']);
    for (const { _id, orderId, checkAt } of batch) {
      const order = known.get(orderId);
      const seatId = _id.slice(_id.indexOf(':') + 1);
      if (order && isOnItsWay(order)) findings.skipped('orders on their way');
      else if (checkAt && (!order || WITHOUT_SEATS.includes(order.state)))
        findings.skipped('claims that are looked at within minutes');
      else if (!order || WITHOUT_SEATS.includes(order.state))
        findings.violated(
          _id,
          `seat ${_id} is claimed by order ${orderId}, which is ${order?.state ?? 'not there'}`,
        );
      else if (!order.lines.some((line) => line.seats?.some((seat) => seat.seatId === seatId)))
        findings.violated(_id, `seat ${_id} is claimed by order ${orderId}, which did not ask for it`);
    }
  }
}

/** Whether Redis has the same seats held and taken as its own holds and the claims say. */
async function judgeStocks(house: House, findings: Findings): Promise<void> {
  const claims = house.database('tickets').collection<SeatClaimDocument>('seat_claims');
  const inventories = house.database('tickets').collection<InventoryDocument>('inventory');
  for await (const stock of stocksOf(house)) {
    const { eventId, seats: letters, loaded } = stock;
    if (letters === '' || !loaded) continue;
    findings.judged(letters.length);
    judgeHeld(stock, findings);
    // It sells nothing more: what comes back is given back in MongoDB only.
    if ((await inventories.findOne({ _id: eventId }, { projection: { open: 1 } }))?.open === false) {
      findings.skipped('events that are closed');
      continue;
    }
    if ((await eventsThatSell(house, [eventId])).size > 0) {
      findings.skipped('events that sell just now');
      continue;
    }
    const taken = letters.split('T').length - 1;
    const claimed = await claims.countDocuments({ _id: { $gte: `${eventId}:`, $lt: `${eventId};` } });
    if (taken !== claimed)
      findings.violated(
        `taken:${eventId}`,
        `event ${eventId}: Redis has ${taken} seats taken, and ${claimed} are claimed`,
      );
  }
}

function judgeHeld({ eventId, holds, seats: letters }: Stock, findings: Findings): void {
  const heldBy = new Map<number, string>();
  for (const [id, { status, lines }] of holds) {
    if (status !== 'HELD' && status !== 'ORDERED') continue;
    for (const { at } of lines.flatMap((line) => line.seats ?? [])) {
      const other = heldBy.get(at);
      if (other !== undefined)
        findings.violated(
          `held:${eventId}:${at}`,
          `place ${at} of event ${eventId} is held by ${other} and ${id}`,
        );
      else if (letters[at] !== 'H')
        findings.violated(
          `held:${eventId}:${at}`,
          `place ${at} of event ${eventId} is held by ${id}, and is ${letters[at]}`,
        );
      heldBy.set(at, id);
    }
  }
  for (let at = letters.indexOf('H'); at !== -1; at = letters.indexOf('H', at + 1))
    if (!heldBy.has(at))
      findings.violated(`held:${eventId}:${at}`, `place ${at} of event ${eventId} is held by nobody`);
}

function claimIdOf({ eventId, seat }: TicketDocument): string {
  return `${eventId}:${seat?.seatId ?? ''}`;
}
