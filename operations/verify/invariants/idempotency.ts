import type { Collection } from 'mongodb';
import { BATCH } from '../batches.ts';
import type { OrderDocument } from '../documents.ts';
import { indexOn } from '../indexes.ts';
import type { Findings, Invariant } from '../invariant.ts';

type Fields = 'holdId' | 'idempotencyKey';

/** What an order is the only one with. */
const UNIQUE = [
  { what: 'idempotency key', fields: ['buyerId', 'idempotencyKey'] },
  { what: 'hold', fields: ['holdId'] },
] as const;

export const idempotency: Invariant = {
  name: 'idempotency',
  says: "one order for each hold, and for each account's idempotency key",
  look: async (house, findings) => {
    const orders = house.database('tickets').collection<OrderDocument>('orders');
    for (const { what, fields } of UNIQUE) {
      await judgeIndex(orders, what, fields, findings);
      await judgeOrders(orders, what, fields, findings);
    }
  },
};

/** The index is what decides; without it the next race breaks the rule. */
async function judgeIndex(
  orders: Collection<OrderDocument>,
  what: string,
  fields: readonly string[],
  findings: Findings,
): Promise<void> {
  const index = await indexOn(orders, fields);
  if (index === 'NOTHING') return findings.skipped('no orders', 0);
  const wanted = fields.join();
  if (index?.unique !== true)
    findings.violated(
      `index:${wanted}`,
      `orders have no unique index on ${wanted}: nothing keeps the ${what} unique`,
    );
}

/** In the order of the fields, the same stand side by side: one walk, whatever the number of orders. */
async function judgeOrders(
  orders: Collection<OrderDocument>,
  what: string,
  fields: readonly ('buyerId' | Fields)[],
  findings: Findings,
): Promise<void> {
  const sort = Object.fromEntries(fields.map((field) => [field, 1 as const]));
  let before: Pick<OrderDocument, '_id' | 'buyerId' | Fields> | undefined;
  for await (const order of orders.find(
    {},
    { projection: { ...sort, _id: 1 }, sort, allowDiskUse: true, batchSize: BATCH },
  )) {
    findings.judged();
    const last = before;
    if (last && fields.every((field) => last[field] === order[field]))
      findings.violated(
        `${what}:${order._id}`,
        `orders ${last._id} and ${order._id} have the same ${what}: ${fields.map((field) => order[field]).join(', ')}`,
      );
    before = order;
  }
}
