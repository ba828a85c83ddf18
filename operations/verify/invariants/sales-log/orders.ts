import type { Collection } from 'mongodb';
import type { House } from '../../../house/house.ts';
import { type Reading, sideBySide } from '../../../house/side-by-side.ts';
import { BATCH } from '../../batches.ts';
import { type OrderDocument, type SaleDocument, unitsOf } from '../../documents.ts';
import type { Findings } from '../../invariant.ts';
import { certainlyKeptSince } from './kept.ts';
import type { LogExtent } from './places.ts';
import { compareSales, type OrderSale, salesOfOrder } from './sales-of-order.ts';

const ORDER_FIELDS = { eventId: 1, state: 1, lines: 1, returns: 1, placedAt: 1, unitsSoldAfter: 1 };

/** All that the logs tell of an order, in the order of their places. */
interface LoggedOrder {
  readonly _id: string;
  readonly sales: SaleDocument[];
}

/** How far an order can be judged. */
interface Horizon {
  readonly extents: ReadonlyMap<string, LogExtent>;
  readonly keptSince: Date;
}

/**
 * Judges every order by what the logs tell of it, and finds sales of no order. Both are walked through in the order of the
 * orders' ids, side by side: what is held in memory is one order and its sales. The log is read first, for an order
 * stands before anything is sold to it.
 */
export async function judgeOrders(
  house: House,
  extents: ReadonlyMap<string, LogExtent>,
  findings: Findings,
): Promise<void> {
  const db = house.database('tickets');
  const horizon = { extents, keptSince: certainlyKeptSince() };
  const logged = await LoggedOrders.read(db.collection<SaleDocument>('sales_log'));
  const orders = db
    .collection<OrderDocument>('orders')
    .find({}, { projection: ORDER_FIELDS, batchSize: BATCH })
    .sort({ _id: 1 });
  for await (const [told, order] of sideBySide(logged, orders)) {
    if (!order) judgeStray(told, findings);
    else judgeOrder(order, told?.sales ?? [], horizon, findings);
  }
}

function judgeStray({ _id: orderId, sales }: LoggedOrder, findings: Findings): void {
  for (const sale of sales)
    findings.violated(
      `stray:${sale.eventId}:${sale.seq}`,
      `the sales log of event ${sale.eventId} has at place ${sale.seq} a ${sale.kind} of order ${orderId}, ` +
        'which is not there',
    );
}

function judgeOrder(
  order: OrderDocument,
  logged: readonly SaleDocument[],
  { extents, keptSince }: Horizon,
  findings: Findings,
): void {
  const { _id: orderId, eventId, state } = order;
  const wrong = (text: string): void =>
    findings.violated(`order:${orderId}`, `order ${orderId} of event ${eventId} is ${state}, ${text}`);
  const extent = extents.get(eventId);
  const expected = salesOfOrder(order);
  if (expected.must.length === 0 && logged.length === 0) return;
  findings.judged();
  const strange = logged.find((sale) => sale.eventId !== eventId);
  if (strange) return wrong(`and stands in the sales log of event ${strange.eventId}`);
  const comparison = compareSales(expected, logged);
  if (comparison !== 'DIFFERENT' && comparison.missing.length === 0) return;
  if (extent?.lacksNewest) return findings.skipped('orders of events whose sales are being logged');
  if (comparison === 'DIFFERENT')
    return wrong(
      `which makes ${shown(expected.must.map(shownSale))}; its sales log has ${shown(logged.map(shownEntry))}`,
    );
  const { missing } = comparison;
  if (extent?.beginsLate) return findings.skipped('orders that were sold before their event had a log');
  if (extent?.isComplete || missing.some(({ notBefore }) => notBefore >= keptSince))
    wrong(`and its ${shown(missing.map(shownSale))} is not in the sales log`);
}

function shown(sales: readonly string[]): string {
  return sales.length === 0 ? 'no sale' : sales.join(' and ');
}

function shownSale({ kind, lines }: OrderSale): string {
  return `${kind} of ${unitsOf({ lines })}`;
}

function shownEntry({ kind, lines, seq }: SaleDocument): string {
  const units = lines.reduce((sum, { quantity }) => sum + quantity, 0);
  return `${kind} of ${units} at place ${seq}`;
}

/** The logs in the order of orders, which MongoDB sorts on its disk. */
class LoggedOrders implements Reading<LoggedOrder> {
  private constructor(
    private readonly sales: Reading<SaleDocument>,
    private ahead: SaleDocument | undefined,
  ) {}

  static async read(log: Collection<SaleDocument>): Promise<LoggedOrders> {
    const sales = log
      .find({}, { projection: { _id: 0, at: 0, unitsSold: 0 }, allowDiskUse: true, batchSize: BATCH })
      .sort({ orderId: 1, eventId: 1, seq: 1 });
    return new LoggedOrders(sales, (await sales.next()) ?? undefined);
  }

  async next(): Promise<LoggedOrder | undefined> {
    const first = this.ahead;
    if (!first) return undefined;
    const sales = [first];
    for (;;) {
      this.ahead = (await this.sales.next()) ?? undefined;
      if (this.ahead?.orderId !== first.orderId) return { _id: first.orderId, sales };
      sales.push(this.ahead);
    }
  }
}
