import { setTimeout as sleep } from 'node:timers/promises';
import { register } from 'prom-client';
import { createLogger } from '#observability';
import { Sweep } from './sweep.ts';

const EVERY_MS = 5;
const LIMIT_MS = 100;

class Counting extends Sweep {
  rounds = 0;
  ended = 0;
  atOnce = 0;
  mostAtOnce = 0;

  constructor(private readonly work: () => Promise<unknown>) {
    super({ everyMs: EVERY_MS, whenItFails: 'failed', limitMs: LIMIT_MS }, createLogger('test', 'silent'));
  }

  protected async round(): Promise<void> {
    this.rounds++;
    this.mostAtOnce = Math.max(this.mostAtOnce, ++this.atOnce);
    try {
      await this.work();
    } finally {
      this.atOnce--;
      this.ended++;
    }
  }
}

describe('a sweep', () => {
  it('goes round one at a time, however long a round takes', async () => {
    const sweep = new Counting(() => sleep(4 * EVERY_MS));
    sweep.onApplicationBootstrap();
    await sleep(30 * EVERY_MS);
    await sweep.beforeApplicationShutdown();
    expect(sweep.rounds).toBeGreaterThan(1);
    expect(sweep.mostAtOnce).toBe(1);
  });

  it('goes on after a round that failed', async () => {
    const sweep = new Counting(() => Promise.reject(new Error('the database is away')));
    sweep.onApplicationBootstrap();
    await sleep(20 * EVERY_MS);
    await sweep.beforeApplicationShutdown();
    expect(sweep.rounds).toBeGreaterThan(1);
  });

  it('goes on after a round that never ends, and counts it', async () => {
    const never = Promise.withResolvers<void>();
    let isFirst = true;
    const sweep = new Counting(() => {
      const work = isFirst ? never.promise : Promise.resolve();
      isFirst = false;
      return work;
    });
    sweep.onApplicationBootstrap();
    await sleep(LIMIT_MS / 2);
    expect(sweep.rounds).toBe(1);
    await sleep(LIMIT_MS);
    await sweep.beforeApplicationShutdown();
    expect(sweep.rounds).toBeGreaterThan(1);
    expect(await register.getSingleMetricAsString('tessera_work_hung_total')).toContain('work="Counting"} 1');
    never.resolve();
  });

  it('is over when the service has ended, with its last round finished', async () => {
    const sweep = new Counting(() => sleep(10 * EVERY_MS));
    sweep.onApplicationBootstrap();
    await sleep(3 * EVERY_MS);
    await sweep.beforeApplicationShutdown();
    expect(sweep.ended).toBe(sweep.rounds);
    const { rounds } = sweep;
    await sleep(5 * EVERY_MS);
    expect(sweep.rounds).toBe(rounds);
  });
});
