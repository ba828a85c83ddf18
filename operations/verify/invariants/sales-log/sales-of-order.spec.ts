import fc from 'fast-check';
import type { OrderState } from '#contracts';
import type { OrderDocument, SaleDocument } from '../../documents.ts';
import { compareSales, type OrderSale, salesOfOrder } from './sales-of-order.ts';

const AT = new Date(0);
const lines = (quantity: number) => [
  { ticketTypeId: 'stalls', quantity, unitPrice: { amount: 1_000, currency: 'EUR' } },
];
const order = (state: OrderState, change: Partial<OrderDocument> = {}) =>
  ({ _id: 'order', state, lines: lines(8), placedAt: AT, ...change }) as OrderDocument;
const returned = (quantity: number, doneAt?: Date) => ({ ticketIds: [], lines: lines(quantity), doneAt });
const kinds = (sales: readonly OrderSale[]) =>
  sales.map(({ kind, lines: [line] }) => `${kind} ${line?.quantity}`);

/** As the log tells them. */
const logged = (sales: readonly OrderSale[]): SaleDocument[] =>
  sales.map(({ kind, lines: sold }, i) => ({
    eventId: 'event',
    orderId: 'order',
    seq: i + 1,
    kind,
    at: AT,
    unitsSold: 0,
    lines: sold.map(({ ticketTypeId, quantity, unitPrice }) => ({
      ticketTypeId,
      quantity,
      amount: quantity * unitPrice.amount,
    })),
  }));

describe('the sales of an order', () => {
  it.each<[OrderState, Partial<OrderDocument>, string[], string[]]>([
    ['AWAITING_PAYMENT', {}, [], []],
    ['EXPIRED', {}, [], []],
    ['CLAIMING', {}, [], ['CLAIM 8']],
    ['CONFIRMED', {}, ['CLAIM 8'], []],
    ['ISSUING', {}, ['CLAIM 8'], []],
    ['COMPLETED', {}, ['CLAIM 8'], []],
    ['CANCELLING', {}, [], []],
    ['CANCELLING', { unitsSoldAfter: 8 }, ['CLAIM 8'], ['RETURN 8']],
    ['CANCELLED', {}, [], []],
    ['CANCELLED', { unitsSoldAfter: 8 }, ['CLAIM 8', 'RETURN 8'], []],
    ['CANCELLED', { unitsSoldAfter: 8, returns: [returned(8, AT)] }, ['CLAIM 8', 'RETURN 8'], []],
    ['REFUNDING', {}, ['CLAIM 8'], ['RETURN 8']],
    ['REFUNDING', { returns: [returned(1, AT), returned(2)] }, ['CLAIM 8', 'RETURN 1'], ['RETURN 2']],
    ['PARTIALLY_REFUNDED', { returns: [returned(1, AT)] }, ['CLAIM 8', 'RETURN 1'], []],
    ['REFUNDED', { returns: [returned(1, AT), returned(7, AT)] }, ['CLAIM 8', 'RETURN 1', 'RETURN 7'], []],
    ['REFUNDED', {}, ['CLAIM 8', 'RETURN 8'], []],
  ])('that is %s with %j must be %j, and may be followed by %j', (state, change, must, may) => {
    const sales = salesOfOrder(order(state, change));
    expect([kinds(sales.must), kinds(sales.may)]).toEqual([must, may]);
  });
});

describe('compared with its log, an order', () => {
  /** An order with returns of which the newest may be on their way. */
  const orders = fc
    .tuple(fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 4 }), fc.nat(4))
    .map(([parts, done]) => {
      const returns = parts.map((units, i) => returned(units, i < done ? AT : undefined));
      return salesOfOrder(order('REFUNDING', { returns }));
    });

  it('misses nothing when all is told, whichever of its next steps are done', () => {
    fc.assert(
      fc.property(orders, fc.nat(4), (sales, steps) => {
        const all = [...sales.must, ...sales.may.slice(0, steps)];
        expect(compareSales(sales, logged(all))).toEqual({ missing: [] });
      }),
    );
  });

  it('misses the oldest where the log has forgotten its beginning', () => {
    fc.assert(
      fc.property(orders, fc.nat(5), (sales, forgotten) => {
        const left = logged(sales.must).slice(forgotten);
        const comparison = compareSales(sales, left);
        expect(comparison).toEqual({ missing: sales.must.slice(0, Math.min(forgotten, sales.must.length)) });
      }),
    );
  });

  it('is different when a sale is too many, of other units, or lacking at the end', () => {
    fc.assert(
      fc.property(orders, ({ must, may }) => {
        const told = logged([...must, ...may]);
        const sales = { must: [...must, ...may], may: [] };
        expect(compareSales(sales, [...told, ...logged(must.slice(0, 1))])).toBe('DIFFERENT');
        expect(compareSales(sales, told.with(-1, { ...told.at(-1)!, lines: [] }))).toBe('DIFFERENT');
        if (told.length > 1) expect(compareSales(sales, told.slice(0, 1))).toBe('DIFFERENT');
      }),
    );
  });
});
