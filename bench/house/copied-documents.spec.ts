import { copyWithIds } from './copied-documents.ts';

describe('a copied document', () => {
  it('has other ids wherever they stand, and everything else as it was', () => {
    const at = new Date(0);
    const document = {
      _id: 'pay-1:CAPTURE',
      orderId: 'order-1',
      orders: ['order-1', 'order-10'],
      amount: { amount: 5, currency: 'EUR' },
      at,
      nothing: null,
    };
    const ids = new Map([
      ['order-1', 'A'],
      ['order-10', 'B'],
      ['pay-1', 'C'],
    ]);
    expect(copyWithIds(document, ids)).toEqual({
      _id: 'C:CAPTURE',
      orderId: 'A',
      orders: ['A', 'B'],
      amount: { amount: 5, currency: 'EUR' },
      at,
      nothing: null,
    });
    expect(document.orderId).toBe('order-1');
  });
});
