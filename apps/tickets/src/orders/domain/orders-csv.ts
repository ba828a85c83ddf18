import { minorUnitDigits, type Money } from '#kernel';
import { channelOf, type Order } from './order.ts';
import { returnsOf } from './returns.ts';

/** RFC 4180. */
const END_OF_LINE = '\r\n';

const COLUMNS = [
  'order_id',
  'placed_at',
  'state',
  'channel',
  'paid_by',
  'buyer_name',
  'buyer_email',
  'ticket_type_id',
  'ticket_type',
  'quantity',
  'quantity_returned',
  'unit_price',
  'line_total',
  'currency',
  'remark',
] as const;

export function csvHeader(): string {
  return toLine(COLUMNS);
}

/** An order as lines of CSV, one for each of its own. Amounts are in major units, with a point. */
export function csvLinesOf(order: Order, ticketTypeNames: ReadonlyMap<string, string>): string {
  return order.lines
    .map((line) => {
      const { ticketTypeId, quantity, unitPrice } = line;
      const total = { ...unitPrice, amount: unitPrice.amount * quantity };
      return toLine([
        order.id,
        order.placedAt.toISOString(),
        order.state,
        channelOf(order),
        order.paidBy ?? '',
        order.buyerName,
        order.buyerEmail ?? '',
        ticketTypeId,
        ticketTypeNames.get(ticketTypeId) ?? '',
        String(quantity),
        String(returnedOf(order, ticketTypeId)),
        inMajorUnits(unitPrice),
        inMajorUnits(total),
        unitPrice.currency,
        order.remark ?? '',
      ]);
    })
    .join('');
}

/** A ticket type stands in one line of an order only. */
function returnedOf(order: Order, ticketTypeId: string): number {
  return returnsOf(order)
    .flatMap(({ lines }) => lines)
    .filter((line) => line.ticketTypeId === ticketTypeId)
    .reduce((sum, { quantity }) => sum + quantity, 0);
}

function toLine(cells: readonly string[]): string {
  return cells.map(toCell).join(',') + END_OF_LINE;
}

/**
 * Where a spreadsheet may see a formula begin: at the beginning of a cell, and behind what splits a line where the decimal
 * point is a comma (a semicolon) or cells are pasted (tabs, ends of lines). There our quotes stand inside of a cell, and
 * mean nothing. Characters of full width are as good, where Japanese is spoken and in Numbers; a NUL is passed over.
 */
const FORMULA = /(?<=^|[;\t\r\n])(?=[\s\0"]*[=+\-@＝＋－＠]|[\t\r\0])|^(?=\n)/g;

/**
 * Spreadsheets run a cell that begins like a formula (https://owasp.org/www-community/attacks/CSV_Injection): an
 * apostrophe makes it the text that it is.
 */
export function toCell(text: string): string {
  const safe = text.replaceAll(FORMULA, "'");
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function inMajorUnits({ amount, currency }: Money): string {
  const digits = minorUnitDigits(currency);
  return (amount / 10 ** digits).toFixed(digits);
}
