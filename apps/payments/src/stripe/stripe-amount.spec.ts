import fc from 'fast-check';
import { smallestPayment } from '#kernel';
import { fromStripeAmount, toStripeAmount } from './stripe-amount.ts';

const of = (amount: number, currency: string) => toStripeAmount({ amount, currency });

describe('an amount as Stripe counts it', () => {
  it.each([
    [1_050, 'EUR', 1_050],
    [1_050, 'USD', 1_050],
    [500, 'JPY', 500],
    [500, 'KRW', 500],
    [25_000, 'VND', 25_000],
    [5_120, 'KWD', 5_120],
    // Without decimals here, in hundredths there.
    [1_000, 'HUF', 100_000],
    [5, 'ISK', 500],
    [700, 'UGX', 70_000],
  ])('%i minor units of %s are %i', (amount, currency, counted) =>
    expect(of(amount, currency)).toBe(counted),
  );

  it('is one for every price that can be paid, of any currency, and so for every part of an order', () => {
    for (const currency of Intl.supportedValuesOf('currency'))
      fc.assert(
        fc.property(fc.integer({ min: 1, max: 9_999 }), fc.integer({ min: 1, max: 100 }), (steps, units) => {
          const price = steps * smallestPayment(currency);
          expect([currency, of(price, currency)]).toEqual([currency, expect.any(Number)]);
          expect([currency, of(price * units, currency)]).toEqual([currency, expect.any(Number)]);
          expect(fromStripeAmount(of(price, currency) ?? 0, currency.toLowerCase())).toEqual({
            amount: price,
            currency,
          });
        }),
        { numRuns: 20 },
      );
  });

  it('is none where Stripe cannot charge exactly as much: it is never rounded', () => {
    expect(of(5_124, 'KWD')).toBeUndefined();
    expect(of(100_000_000, 'EUR')).toBeUndefined();
    expect(of(99_999_999, 'EUR')).toBe(99_999_999);
  });
});
