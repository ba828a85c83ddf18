import type { Collection } from 'mongodb';
import { BATCH } from '../batches.ts';
import { type OrderDocument, unitsOf } from '../documents.ts';
import type { Findings, Invariant } from '../invariant.ts';
import { type Stock, stocksOf } from '../stocks.ts';

/** Without units in a sale: an order whose hold was sold cannot be in these. */
const NEVER_CLAIMED: readonly OrderDocument['state'][] = ['AWAITING_PAYMENT', 'EXPIRED'];

export const holds: Invariant = {
  name: 'holds',
  says: 'a hold ends once (ordered, released or expired), every reservation has a deadline, every unpaid order a reservation',
  look: async (house, findings) => {
    const orders = house.database('tickets').collection<OrderDocument>('orders');
    for await (const stock of stocksOf(house)) {
      findings.judged(stock.holds.size);
      judgeDeadlines(stock, findings);
      await judgeEnds(stock, orders, findings);
      if (stock.loaded) await judgeReservations(stock, orders, findings);
    }
  },
};

/** An order may be paid as long as it waits; what is not reserved for it meanwhile can be sold to somebody else. */
async function judgeReservations(
  { eventId, holds: found }: Stock,
  orders: Collection<OrderDocument>,
  findings: Findings,
): Promise<void> {
  const waiting = orders.find(
    { eventId, state: 'AWAITING_PAYMENT', payBy: { $gt: new Date() } },
    { projection: { holdId: 1, lines: 1 } },
  );
  for await (const { _id, holdId, lines } of waiting) {
    findings.judged();
    const reserved = found.get(holdId);
    if (reserved?.status !== 'ORDERED')
      findings.violated(
        `order:${_id}`,
        `order ${_id} waits for its payment, and its hold ${holdId} is ${reserved?.status ?? 'gone'}: nothing is reserved for it`,
      );
    else if (unitsOf({ lines }) !== reserved.lines.reduce((sum, { quantity }) => sum + quantity, 0))
      findings.violated(`order:${_id}`, `order ${_id} is of other units than its hold ${holdId}`);
  }
}

function judgeDeadlines({ eventId, holds: found, deadlines }: Stock, findings: Findings): void {
  for (const [id, { status, deadline }] of found) {
    const set = deadlines.get(id);
    if (set === undefined)
      findings.violated(id, `hold ${id} (${status}) of event ${eventId} has no deadline: it would never end`);
    else if (set !== deadline)
      findings.violated(id, `hold ${id} (${status}) of event ${eventId} ends at ${set}, not at ${deadline}`);
  }
  for (const id of deadlines.keys())
    if (!found.has(id))
      findings.violated(id, `event ${eventId} has a deadline for hold ${id}, which is gone`);
}

async function judgeEnds(
  { holds: found }: Stock,
  orders: Collection<OrderDocument>,
  findings: Findings,
): Promise<void> {
  const ended = [...found].filter(([, { status }]) => status === 'RELEASED' || status === 'SOLD');
  for (let from = 0; from < ended.length; from += BATCH) {
    const batch = ended.slice(from, from + BATCH);
    const made = await orders
      .find({ holdId: { $in: batch.map(([id]) => id) } }, { projection: { holdId: 1, state: 1 } })
      .toArray();
    const byHold = new Map(made.map((order) => [order.holdId, order]));
    for (const [id, { status }] of batch) {
      const order = byHold.get(id);
      if (status === 'RELEASED' && order)
        findings.violated(id, `hold ${id} was released, and is order ${order._id} too`);
      if (status === 'SOLD' && (!order || NEVER_CLAIMED.includes(order.state)))
        findings.violated(
          id,
          `hold ${id} was sold, but ${order ? `its order ${order._id} is ${order.state}` : 'has no order'}`,
        );
    }
  }
}
