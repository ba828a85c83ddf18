import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Document } from 'mongodb';
import { randomIds } from '#kernel';
import type { House as EnginesOfHouse } from '../../operations/house/house.ts';
import type { Progress } from '../frame/progress.ts';
import { type House, NoHouse } from './house.ts';
import { asOperator } from './operator.ts';
import { copyWithIds, type NewIds } from './copied-documents.ts';

type Stored = Document & { _id: string };

const BATCH = 500;
/** The purchase that is copied is logged within a second. */
const LOG_TRIES = 50;
const LOOK_EVERY_MS = 200;
/** Of a document that no fact tells of: nobody was told, and nobody is to be. */
const NOTHING_TOLD = 0;
const TICKET_ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Where a purchase leaves documents, and by which field they are found. */
const PLACES = [
  { service: 'tickets', collection: 'orders', by: '_id', tells: true },
  { service: 'tickets', collection: 'tickets', by: 'orderId', tells: true },
  { service: 'tickets', collection: 'allowances', by: 'orders', tells: false },
  { service: 'payments', collection: 'payments', by: '_id', tells: true },
  { service: 'payments', collection: 'ledger', by: 'orderId', tells: false },
  { service: 'testProvider', collection: 'intents', by: 'orderId', tells: false },
] as const;

/**
 * Past sales in bulk, as only an operator can make them: copies of a purchase that really happened, each with ids of its
 * own and a buyer of its own, in every database where a purchase leaves something, in the event's inventory and in its
 * sales log. All invariants hold afterwards. For private houses, for nobody could take these sales back.
 */
export async function seedSales(
  house: House,
  purchase: { readonly orderId: string; readonly eventId: string },
  units: number,
  progress: Progress,
): Promise<void> {
  if (!house.isPrivate) throw new NoHouse('Past sales are made in private houses only: add --private.');
  await asOperator(house, async (engines) => {
    const original = await readPurchase(engines, purchase.orderId);
    const perOrder = original.tickets.length;
    const copies = Math.floor(units / perOrder);
    const before = await countInInventory(engines, purchase.eventId, original.order, copies);
    for (let made = 0; made < copies; made += BATCH) {
      const orderIds = await insertCopies(engines, original, Math.min(BATCH, copies - made));
      const last = { seq: before.seq + made, unitsSold: before.unitsSold + made * perOrder };
      await logSales(engines, original.order, orderIds, last);
    }
    await forgetStock(engines, purchase.eventId);
    progress.say(`${copies * perOrder} units were sold in the past, in ${copies} orders`);
  });
}

interface Purchase {
  readonly order: Stored;
  readonly tickets: readonly Stored[];
  /** In the order of PLACES. */
  readonly documents: readonly (readonly Stored[])[];
  readonly paymentId: string;
}

function collectionOf(engines: EnginesOfHouse, { service, collection }: (typeof PLACES)[number]) {
  const db =
    service === 'testProvider'
      ? engines.mongo.db(`${engines.database('payments').databaseName}_test_provider`)
      : engines.database(service);
  return db.collection<Stored>(collection);
}

async function readPurchase(engines: EnginesOfHouse, orderId: string): Promise<Purchase> {
  const documents = await Promise.all(
    PLACES.map((place) =>
      collectionOf(engines, place)
        // What the relay keeps beside an aggregate is of that document alone.
        .find({ [place.by]: orderId }, { projection: { outbox: 0, outboxAt: 0, outboxLease: 0 } })
        .toArray(),
    ),
  );
  const [[order] = [], tickets = [], , [payment] = []] = documents;
  if (!order || !payment || tickets.length === 0) throw new Error(`order ${orderId} is no whole purchase`);
  return { order, tickets, documents, paymentId: String(payment['paymentId']) };
}

/** Gives the ids of the new orders. */
async function insertCopies(engines: EnginesOfHouse, original: Purchase, count: number): Promise<string[]> {
  const copies = Array.from({ length: count }, () => newIdsOf(original));
  for (const [index, place] of PLACES.entries()) {
    const documents = original.documents[index] ?? [];
    const copied = copies.flatMap((ids) => documents.map((document) => copyWithIds(document, ids)));
    if (place.tells) for (const document of copied) document['version'] = NOTHING_TOLD;
    if (copied.length > 0) await collectionOf(engines, place).insertMany(copied, { ordered: false });
  }
  return copies.map((ids) => ids.get(original.order._id) ?? '');
}

function newIdsOf({ order, tickets, paymentId }: Purchase): NewIds {
  const { eventId, holdId, buyerId, idempotencyKey } = order as unknown as Record<string, string>;
  return new Map([
    [order._id, randomIds.uuid()],
    [paymentId, randomIds.uuid()],
    [String(buyerId), randomIds.uuid()],
    [String(idempotencyKey), randomIds.uuid()],
    [String(holdId), `${eventId}.${randomIds.uuid()}`],
    ...tickets.map(({ _id }) => [_id, newTicketId(_id.length)] as const),
  ]);
}

function newTicketId(length: number): string {
  return Array.from({ length }, () => TICKET_ALPHABET[randomInt(TICKET_ALPHABET.length)]).join('');
}

interface Line {
  readonly ticketTypeId: string;
  readonly quantity: number;
  readonly unitPrice: { readonly amount: number };
}

/** How far an event's sales are counted. */
interface Counted {
  readonly seq: number;
  readonly unitsSold: number;
}

/** Takes the places of the copies in the event's sales log, which must lack nothing: gives what was counted before. */
async function countInInventory(
  engines: EnginesOfHouse,
  eventId: string,
  order: Stored,
  copies: number,
): Promise<Counted> {
  const changes = (order['lines'] as Line[]).flatMap(({ ticketTypeId, quantity, unitPrice }) => [
    [`pools.${ticketTypeId}.sold`, copies * quantity],
    [`pools.${ticketTypeId}.revenue`, copies * quantity * unitPrice.amount],
  ]);
  const inventories = engines
    .database('tickets')
    .collection<Stored & { seq: number; pools: Record<string, { sold: number }> }>('inventory');
  for (let attempt = 0; attempt < LOG_TRIES; attempt++) {
    const before = await inventories.findOneAndUpdate(
      { _id: eventId, $expr: { $eq: ['$seq', '$logged'] } },
      { $inc: { ...Object.fromEntries(changes), seq: copies, logged: copies, orders: copies } },
    );
    if (before) {
      const unitsSold = Object.values(before.pools).reduce((sum, { sold }) => sum + sold, 0);
      return { seq: before.seq, unitsSold };
    }
    await sleep(LOOK_EVERY_MS);
  }
  throw new Error(`event ${eventId} has no inventory, or one whose sales are not logged`);
}

/** One claim for each order, at the places after `last`. */
async function logSales(
  engines: EnginesOfHouse,
  { eventId, lines: ordered }: Stored,
  orderIds: readonly string[],
  last: Counted,
): Promise<void> {
  const lines = (ordered as Line[]).map(({ ticketTypeId, quantity, unitPrice }) => ({
    ticketTypeId,
    quantity,
    amount: quantity * unitPrice.amount,
  }));
  const units = lines.reduce((sum, { quantity }) => sum + quantity, 0);
  const at = new Date();
  const sales = orderIds.map((orderId, i) => ({
    eventId,
    seq: last.seq + i + 1,
    kind: 'CLAIM',
    at,
    orderId,
    lines,
    unitsSold: last.unitsSold + (i + 1) * units,
  }));
  await engines.database('tickets').collection('sales_log').insertMany(sales, { ordered: false });
}

/** The event's stock in Redis is built again at its next touch. */
async function forgetStock({ redis }: EnginesOfHouse, eventId: string): Promise<void> {
  await redis.incr(`{event:${eventId}}:epoch`);
  await redis.hdel(`{event:${eventId}}:sale`, 'generation');
}
