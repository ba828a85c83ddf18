import { setTimeout as sleep } from 'node:timers/promises';
import type { Collection, Document } from 'mongodb';
import type { House } from '../house/house.ts';
import { SERVICES } from '../house/services.ts';
import { type InventoryDocument, type OrderDocument, ORDERS_ON_THEIR_WAY } from './documents.ts';

const LOOK_EVERY_MS = 250;

/** Waits until nothing is on its way, and says what still is when the time is over; undefined when it is quiet. */
export async function waitForQuiet(house: House, waitMs: number): Promise<string | undefined> {
  const deadline = performance.now() + waitMs;
  const outboxes = await findOutboxes(house);
  for (;;) {
    const unrest = await whatMoves(house, outboxes);
    if (unrest === undefined || performance.now() > deadline) return unrest;
    await sleep(LOOK_EVERY_MS);
  }
}

async function whatMoves(house: House, outboxes: readonly Collection[]): Promise<string | undefined> {
  const [orders, sales, payments, facts] = await Promise.all([
    house
      .database('tickets')
      .collection<OrderDocument>('orders')
      // A refused refund moves no more until a person asks again.
      .countDocuments({ state: { $in: ORDERS_ON_THEIR_WAY }, refundFailedAt: { $exists: false } }),
    house
      .database('tickets')
      .collection<InventoryDocument>('inventory')
      // Sales that the log lacks are among the moves, of which there is an index.
      .countDocuments({ 'moves.deadline': { $exists: true }, $expr: { $lt: ['$logged', '$seq'] } }),
    house
      .database('payments')
      .collection('payments')
      // One that waits for its buyer's approval moves no more until then, or until its order ends.
      .countDocuments({
        $or: [
          { state: 'AUTHORIZED' },
          { operation: { $exists: true }, 'operation.waitsFor': { $ne: 'BUYER' } },
          { doubts: { $exists: true } },
        ],
      }),
    factsThatWait(outboxes),
  ]);
  const moving = [
    orders > 0 ? `${orders} orders` : '',
    sales > 0 ? `sales of ${sales} events` : '',
    payments > 0 ? `${payments} payments` : '',
    facts > 0 ? `facts of ${facts} documents` : '',
  ].filter(Boolean);
  return moving.length > 0 ? `${moving.join(', ')} on their way` : undefined;
}

/** Collections with outboxes have an index of this name, which makes it quick to count what waits in them. */
async function findOutboxes(house: House): Promise<Collection[]> {
  const found: Collection[] = [];
  for (const service of SERVICES) {
    const db = house.database(service);
    for (const { name } of await db.listCollections({}, { nameOnly: true }).toArray()) {
      const collection = db.collection<Document>(name);
      const indexes = await collection.listIndexes().toArray();
      if (indexes.some((index) => index['name'] === 'outbox')) found.push(collection);
    }
  }
  return found;
}

/** Documents with facts in their outboxes. */
async function factsThatWait(outboxes: readonly Collection[]): Promise<number> {
  const counts = await Promise.all(
    outboxes.map((outbox) => outbox.countDocuments({ outboxAt: { $exists: true } })),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}
