import fc from 'fast-check';
import { parseInput } from '#kernel';
import { ticketTypeInput } from '../../events/domain/ticket-type.ts';
import { currencyOf } from './currencies.ts';
import { derivedTicketTypes } from './derived-ticket-types.ts';
import { drawsOf, pick } from './draws.ts';

const countries = ['FR', 'US', 'JP', 'GB', 'IN', 'HU', 'KR', 'XK', 'NA', undefined];

describe('derived ticket types', () => {
  it('sell exactly the units there are, in one currency, within the rules for every ticket type', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5_000 }),
        fc.constantFrom(...countries),
        fc.string(),
        (units, country, seed) => {
          const currency = currencyOf(country);
          const ticketTypes = derivedTicketTypes(units, currency, drawsOf(seed));
          expect(ticketTypes.reduce((sum, { capacity }) => sum + capacity, 0)).toBe(units);
          for (const ticketType of ticketTypes) {
            expect(parseInput(ticketTypeInput, ticketType)).toMatchObject({ ok: true });
            expect(ticketType.basePrice.currency).toBe(currency.code);
            expect(ticketType.basePrice.amount).toBeGreaterThan(0);
          }
        },
      ),
    );
  });

  it('are the same for the same event, and by demand for about every third', () => {
    const seeds = Array.from({ length: 3_000 }, (_, i) => `ct-${i}`);
    const all = seeds.map((seed) => derivedTicketTypes(500, currencyOf('FR'), drawsOf(seed)));
    expect(all).toEqual(seeds.map((seed) => derivedTicketTypes(500, currencyOf('FR'), drawsOf(seed))));
    const share = all.filter(([first]) => first?.pricing).length / all.length;
    expect(share).toBeGreaterThan(0.3);
    expect(share).toBeLessThan(0.37);
  });

  it('cost less early and more as VIP', () => {
    const names = new Set<string>();
    for (let i = 0; i < 200; i++) {
      const ticketTypes = derivedTicketTypes(500, currencyOf('DE'), drawsOf(`seed-${i}`));
      const prices = ticketTypes.map(({ basePrice }) => basePrice.amount);
      expect(prices).toEqual([...prices].sort((a, b) => a - b));
      expect(new Set(prices).size).toBe(prices.length);
      expect(prices[1]).toBeGreaterThanOrEqual(4_000);
      expect(prices[1]).toBeLessThanOrEqual(90_000);
      for (const { name } of ticketTypes) names.add(name);
    }
    expect([...names]).toEqual(expect.arrayContaining(['Early bird', 'Regular', 'VIP']));
  });

  it('are one for a small room', () => {
    expect(derivedTicketTypes(59, currencyOf('JP'), drawsOf('small'))).toMatchObject([
      { name: 'Regular', capacity: 59 },
    ]);
  });
});

describe('draws', () => {
  it('lie in [0, 1), evenly spread', () => {
    const drawn = Array.from({ length: 10_000 }, (_, i) => drawsOf(`ct-${i}`)('weeks'));
    expect(Math.min(...drawn)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...drawn)).toBeLessThan(1);
    for (let tenth = 0; tenth < 10; tenth++) {
      const share = drawn.filter((one) => Math.floor(one * 10) === tenth).length / drawn.length;
      expect(share).toBeCloseTo(0.1, 1);
    }
  });

  it('pick one of what there is', () => {
    expect(pick(['a', 'b'], 0.49)).toBe('a');
    expect(pick(['a', 'b'], 0.5)).toBe('b');
    expect(pick([], 0.5)).toBeUndefined();
  });
});
