import type { OrderDocument, SaleDocument } from '../../documents.ts';

/** A claim or a return that an order has made, or may have. */
export interface OrderSale {
  readonly kind: SaleDocument['kind'];
  readonly lines: OrderDocument['lines'];
  /** It was certainly not made before; for a return only as far as steps follow each other within hours. */
  readonly notBefore: Date;
}

/** What an order must have in the sales log, in this order, and what may follow: the step that it is at may be done. */
export interface SalesOfOrder {
  readonly must: readonly OrderSale[];
  readonly may: readonly OrderSale[];
}

/** By the order's state and what it has given back. */
export function salesOfOrder(order: OrderDocument): SalesOfOrder {
  const { state, lines, placedAt } = order;
  const claim: OrderSale = { kind: 'CLAIM', lines, notBefore: placedAt };
  switch (state) {
    case 'AWAITING_PAYMENT':
    case 'EXPIRED':
      return { must: [], may: [] };
    case 'CLAIMING':
      return { must: [], may: [claim] };
    case 'CONFIRMED':
    case 'ISSUING':
    case 'COMPLETED':
      return { must: [claim], may: [] };
    case 'CANCELLING':
      return wasClaimed(order) ? { must: [claim], may: returnsOf(order) } : { must: [], may: [] };
    case 'CANCELLED':
      return { must: wasClaimed(order) ? [claim, ...returnsOf(order)] : [], may: [] };
    case 'REFUNDING': {
      const done = order.returns?.filter(({ doneAt }) => doneAt).length ?? 0;
      const returns = returnsOf(order);
      return { must: [claim, ...returns.slice(0, done)], may: returns.slice(done) };
    }
    case 'PARTIALLY_REFUNDED':
    case 'REFUNDED':
      return { must: [claim, ...returnsOf(order)], may: [] };
  }
}

/** Without any written down, all of the order's units go back at once. */
function returnsOf({ returns, lines, placedAt }: OrderDocument): OrderSale[] {
  if (!returns) return [{ kind: 'RETURN', lines, notBefore: placedAt }];
  return returns.map((one) => ({ kind: 'RETURN', lines: one.lines, notBefore: one.doneAt ?? placedAt }));
}

/** It knows how many units were sold after its own. */
function wasClaimed({ unitsSoldAfter }: OrderDocument): boolean {
  return unitsSoldAfter !== undefined;
}

/**
 * Compares what the log tells of an order, in the order of its places, with what it must: the newest of both must be the
 * same. `missing`: so many of the oldest sales are not told; they may be forgotten.
 */
export function compareSales(
  { must, may }: SalesOfOrder,
  logged: readonly SaleDocument[],
): { readonly missing: readonly OrderSale[] } | 'DIFFERENT' {
  const all = [...must, ...may];
  for (let from = Math.max(0, must.length - logged.length); from + logged.length <= all.length; from++)
    if (logged.every((sale, i) => isSame(sale, all[from + i]))) return { missing: all.slice(0, from) };
  return 'DIFFERENT';
}

function isSame(sale: SaleDocument, expected: OrderSale | undefined): boolean {
  return (
    expected !== undefined &&
    sale.kind === expected.kind &&
    sale.lines.length === expected.lines.length &&
    sale.lines.every(({ ticketTypeId, quantity, amount }, i) => {
      const line = expected.lines[i];
      return (
        line?.ticketTypeId === ticketTypeId &&
        line.quantity === quantity &&
        line.quantity * line.unitPrice.amount === amount
      );
    })
  );
}
