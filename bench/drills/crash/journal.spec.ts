import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FinishedRound, Journal } from './journal.ts';

const folder = mkdtempSync(join(tmpdir(), 'tessera-journal-'));
const path = join(folder, 'inside', 'crash.json');
const about = { seed: 7, harms: ['redis', 'kafka'] };
const round: FinishedRound = {
  harm: 'redis',
  healthyS: null,
  recoveryS: 1.5,
  roundS: 9,
  isQuiet: true,
  orders: 12,
  lost: {},
  violations: { 'stock E:T': 'a unit is lost' },
  contradictions: [],
  acts: { buys: 3 },
  isCancellationAnswered: true,
  errors: { 'hold TIMEOUT': 2 },
};

afterAll(() => rmSync(folder, { recursive: true }));

describe("a drill's journal", () => {
  it('gives an interrupted drill its rounds back', () => {
    const first = new Journal(path, about);
    first.add(round);
    first.add({ ...round, harm: 'kafka' });
    const second = new Journal(path, about);
    second.resume();
    expect(second.finished).toEqual([round, { ...round, harm: 'kafka' }]);
  });

  it('does not mix two drills', () => {
    expect(() => new Journal(path, { ...about, seed: 8 }).resume()).toThrow('--seed 7 --harms redis,kafka');
  });

  it('says when there is nothing to resume', () => {
    const journal = new Journal(path, about);
    journal.remove();
    expect(() => journal.resume()).toThrow('leave out --resume');
  });
});
