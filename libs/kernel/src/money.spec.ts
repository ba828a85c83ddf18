import { addMoney, formatMoney, isPayable, money, smallestPayment, timesMoney } from './money.ts';

describe('what can be paid', () => {
  it.each(['BHD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND'])(
    'in %s ends in 0: cards know two of its decimals',
    (currency) => {
      expect(smallestPayment(currency)).toBe(10);
      expect(isPayable(money(5_120, currency))).toBe(true);
      expect(isPayable(money(5_124, currency))).toBe(false);
      expect(formatMoney(money(5_120, currency))).toBe(`${currency} 5.120`);
    },
  );

  it.each(['EUR', 'JPY', 'ISK', 'HUF', 'UGX', 'TWD'])('in %s is every amount', (currency) => {
    expect(smallestPayment(currency)).toBe(1);
    expect(isPayable(money(1_051, currency))).toBe(true);
  });

  it('stays so in sums and multiples, of which orders and refunds are made', () => {
    const price = money(1_230, 'KWD');
    expect(isPayable(timesMoney(price, 7))).toBe(true);
    expect(isPayable(addMoney(price, timesMoney(money(40, 'KWD'), 3)))).toBe(true);
  });
});
