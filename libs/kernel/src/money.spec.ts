import { formatMoney, isPayable, money, smallestPayment } from './money.ts';

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
});
