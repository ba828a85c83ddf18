import { setTimeout as sleep } from 'node:timers/promises';
import { closedLoop, throughAll } from './closed-loop.ts';
import { LoadError, Tally } from './tally.ts';

const { signal } = new AbortController();
const noMeter = () => () => undefined;

describe('closedLoop', () => {
  it('keeps each client busy with one operation at a time', async () => {
    const busy = [0, 0, 0];
    const most = [0, 0, 0];
    const { tally, seconds } = await closedLoop(
      { clients: 3, warmUpMs: 20, measuredMs: 200, signal },
      async (client, counted) => {
        busy[client]! += 1;
        most[client] = Math.max(most[client]!, busy[client]!);
        await counted.time('step', () => sleep(5));
        busy[client]! -= 1;
      },
      noMeter,
    );
    expect(most).toEqual([1, 1, 1]);
    expect(seconds).toBeGreaterThanOrEqual(0.19);
    expect(tally.count('step')).toBeGreaterThan(10);
    expect(tally.percentiles('step')!.p50).toBeGreaterThanOrEqual(4);
  });

  it('counts nothing while it warms up', async () => {
    let isMeasured = false;
    let early = 0;
    const { tally } = await closedLoop(
      { clients: 1, warmUpMs: 60, measuredMs: 60, signal },
      async (_client, counted) => {
        if (!isMeasured) early += 1;
        await counted.time('step', () => sleep(10));
      },
      () => {
        isMeasured = true;
        return () => undefined;
      },
    );
    expect(early).toBeGreaterThan(0);
    expect(tally.count('step')).toBeLessThanOrEqual(7);
  });

  it('counts failures by step and kind, and goes on', async () => {
    const { tally } = await closedLoop(
      { clients: 2, warmUpMs: 0, measuredMs: 200, signal },
      async (_client, counted) =>
        counted.time('hold', async () => Promise.reject(new LoadError('RETRY_LATER', 'full'))),
      noMeter,
    );
    expect(tally.errors['hold RETRY_LATER']).toBeGreaterThan(2);
    expect(tally.percentiles('hold')).toBeNull();
  });

  it('never takes a bug of the harness for a failure of the platform', async () => {
    const broken = closedLoop(
      { clients: 2, warmUpMs: 10, measuredMs: 50, signal },
      async () => Promise.reject(new TypeError('a bug')),
      noMeter,
    );
    await expect(broken).rejects.toThrow('a bug');
  });
});

describe('throughAll', () => {
  it('works through every item once, so many at a time, and leaves out what failed', async () => {
    const tally = new Tally();
    let busy = 0;
    let most = 0;
    const results = await throughAll(3, [1, 2, 3, 4, 5, 6, 7], async (item) => {
      busy += 1;
      most = Math.max(most, busy);
      try {
        return await tally.time('step', async () => {
          await sleep(5);
          if (item === 4) throw new LoadError('NO_FOUR', 'four fails');
          return item * 10;
        });
      } finally {
        busy -= 1;
      }
    });
    expect(results.sort((a, b) => a - b)).toEqual([10, 20, 30, 50, 60, 70]);
    expect(most).toBe(3);
    expect(tally.errors).toEqual({ 'step NO_FOUR': 1 });
  });
});
