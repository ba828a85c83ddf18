import { ACTS, isPurchase, pickAct, SHARES } from './shares.ts';

describe('what a crowd does', () => {
  it('is shared out among a hundred visits, most of which are purchases', () => {
    const sum = (acts: typeof ACTS): number => acts.reduce((all, act) => all + SHARES[act], 0);
    expect(sum(ACTS)).toBe(100);
    expect(sum(ACTS.filter(isPurchase))).toBeGreaterThan(60);
  });

  it('is everything, each as often as its share', () => {
    const counts = new Map<string, number>();
    for (let hundredth = 0; hundredth < 100; hundredth++) {
      const act = pickAct((hundredth + 0.5) / 100);
      counts.set(act, (counts.get(act) ?? 0) + 1);
    }
    expect(Object.fromEntries(counts)).toEqual(SHARES);
  });
});
