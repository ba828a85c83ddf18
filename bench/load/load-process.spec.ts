import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LoadProcess } from './load-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'tessera-load-'));
afterAll(() => rmSync(folder, { recursive: true }));

const pools = [{ id: 'event', ticketTypeId: 'type' }] as const;
const job = {
  kind: 'window',
  target: { kind: 'gateway', url: 'http://127.0.0.1:1' },
  clients: 1,
  accounts: [],
  plan: { what: 'holds', warmUpMs: 0, measuredMs: 1, pools, quantity: 1 },
} as const;

/** A process that answers a job with these words, then does as it is told. */
async function processThatSays(words: readonly object[], then = ''): Promise<LoadProcess> {
  const path = join(folder, `${Math.random()}.mjs`);
  writeFileSync(
    path,
    `process.on('message', () => { for (const word of ${JSON.stringify(words)}) process.send(word); ${then} });
     process.on('disconnect', () => process.exit(0));`,
  );
  return LoadProcess.start(path);
}

async function run(load: LoadProcess, signal = new AbortController().signal) {
  const calls: string[] = [];
  const meter = () => {
    calls.push('opened');
    return () => {
      calls.push('closed');
      return 42;
    };
  };
  try {
    return { ...(await load.measure(job, meter, signal)), calls };
  } finally {
    load.close();
  }
}

describe('a process of the load', () => {
  it('is metered while it measures, and no longer', async () => {
    const record = { tally: { durations: {}, failures: {} }, seconds: 3 };
    const words = [{ kind: 'opened' }, { kind: 'closed' }, { kind: 'measured', record }];
    await expect(run(await processThatSays(words))).resolves.toEqual({
      record,
      metered: 42,
      calls: ['opened', 'closed'],
    });
  });

  it('tells what failed in it', async () => {
    const load = await processThatSays([{ kind: 'opened' }, { kind: 'failed', why: 'a bug' }]);
    await expect(run(load)).rejects.toThrow('a bug');
  });

  it('is missed when it ends', async () => {
    await expect(run(await processThatSays([], 'process.exit(1)'))).rejects.toThrow('ended');
  });

  it('ends with the run', async () => {
    const ending = new AbortController();
    setTimeout(() => ending.abort(new Error('enough')), 100);
    await expect(run(await processThatSays([]), ending.signal)).rejects.toThrow('enough');
  });
});
