import { figuresOf, violationsIn } from './figures.ts';
import type { FinishedRound } from './journal.ts';

const round = (harm: FinishedRound['harm'], change: Partial<FinishedRound> = {}): FinishedRound => ({
  harm,
  healthyS: 1,
  recoveryS: 2,
  roundS: 10,
  isQuiet: true,
  orders: 5,
  lost: {},
  violations: {},
  contradictions: [],
  acts: { buys: 3 },
  isCancellationAnswered: true,
  errors: { 'pay TIMEOUT': 1 },
  ...change,
});

describe('the figures of a crash drill', () => {
  it('count kills by component, an aged Redis as one of its kills, a flushed one as none', () => {
    const rounds = [round('redis'), round('redisAged'), round('redisFlushed'), round('kafka')];
    const figures = figuresOf(rounds, 3);
    expect(figures.kills).toEqual({ redis: 2, kafka: 1 });
    expect(figures).toMatchObject({ rounds: 4, redisFlushed: 1, redisAged: 1, orders: 20, seed: 3 });
    expect(figures).toMatchObject({ errors: { 'pay TIMEOUT': 4 }, acts: { buys: 12 }, eventsCancelled: 4 });
  });

  it('keep the longest recovery, and never is the longest', () => {
    const rounds = [round('kafka', { recoveryS: 7 }), round('kafka', { recoveryS: null, isQuiet: false })];
    expect(figuresOf(rounds, 1)).toMatchObject({ recoveryS: { kafka: null }, unquietRounds: 1 });
  });

  it('count a violation once, however often it is found', () => {
    const violations = { 'stock E:T': 'a unit is lost' };
    const rounds = [round('redis', { violations }), round('auth', { violations })];
    expect(violationsIn(rounds).size).toBe(1);
  });
});
