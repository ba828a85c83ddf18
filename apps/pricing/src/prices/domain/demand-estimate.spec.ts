import fc from 'fast-check';
import { posteriorPotential, priorOf, purchaseProbability } from './demand-estimate.ts';
import { revenueMaximisingPrice } from './gallego-van-ryzin.ts';

const basePrice = fc.integer({ min: 1, max: 1_000_000 });
const capacity = fc.integer({ min: 1, max: 200_000 });

describe('the prior', () => {
  it('makes the base price the one that maximises revenue', () => {
    fc.assert(
      fc.property(basePrice, capacity, (price, units) => {
        const { potential, sensitivity } = priorOf(price, units);
        const best = revenueMaximisingPrice(units, { potential, sensitivity });
        expect(Math.abs(best - price)).toBeLessThan(1e-6 * price);
      }),
    );
  });

  it('expects to sell about the capacity at the base price', () => {
    const { potential, sensitivity } = priorOf(4_000, 500);
    expect(potential * purchaseProbability(4_000, sensitivity)).toBeCloseTo(500, 6);
  });

  it('allows two thirds of the base price when hardly anybody comes', () => {
    const { sensitivity } = priorOf(4_000, 500);
    expect(revenueMaximisingPrice(500, { potential: 1, sensitivity })).toBeCloseTo((4_000 * 2) / 3, 6);
  });
});

describe('the estimate of the potential', () => {
  const prior = priorOf(4_000, 500);
  const wholeSale = purchaseProbability(4_000, prior.sensitivity);

  it('is the prior without evidence', () => {
    expect(posteriorPotential(prior, { unitsPaid: 0, exposure: 0 })).toBeCloseTo(prior.potential, 9);
  });

  it('stays there when exactly what was expected is sold', () => {
    const evidence = { unitsPaid: 250, exposure: wholeSale / 2 };
    expect(posteriorPotential(prior, evidence)).toBeCloseTo(prior.potential, 6);
  });

  it('approaches the truth, whatever the prior was', () => {
    for (const factor of [0.3, 3]) {
      const exposure = wholeSale / 2;
      const unitsPaid = Math.round(factor * prior.potential * exposure);
      const estimate = posteriorPotential(prior, { unitsPaid, exposure });
      expect(Math.abs(estimate / (factor * prior.potential) - 1)).toBeLessThan(0.05);
    }
  });

  it('rises with each unit paid and falls with exposure in which none was', () => {
    const exposure = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(basePrice, capacity, fc.nat(10_000), exposure, (price, units, unitsPaid, exposed) => {
        const belief = priorOf(price, units);
        const now = posteriorPotential(belief, { unitsPaid, exposure: exposed });
        expect(posteriorPotential(belief, { unitsPaid: unitsPaid + 1, exposure: exposed })).toBeGreaterThan(
          now,
        );
        expect(posteriorPotential(belief, { unitsPaid, exposure: exposed + 0.1 })).toBeLessThan(now);
      }),
    );
  });
});
