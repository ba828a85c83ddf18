/**
 * Makes writes go on when the tool that stopped them is gone: its end of the pipe closes without the word "done", or its
 * time is over. Runs beside `npm run backup`; see stillness.ts.
 *
 *   node guard.js <milliseconds> resume <pid,pid,…>
 *   node guard.js <milliseconds> unlock               MONGODB_URI in the environment
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { MongoClient } from 'mongodb';

const RETRY_MS = 500;
const MAX_TRIES = 120;

const [limitMs, task, pids = ''] = process.argv.slice(2);
const makeGoOn = task === 'unlock' ? await unlocking() : resuming(pids.split(',').map(Number));
process.stdout.write('ready\n');

const told = await Promise.race([lastWord(), sleep(Number(limitMs), '')]);
if (told.trim() !== 'done') {
  await makeGoOn();
  process.stderr.write('The backup broke off; its guard has let writes go on.\n');
}
process.exit(0);

/** Everything that came through the pipe until it closed. */
async function lastWord(): Promise<string> {
  let text = '';
  for await (const chunk of process.stdin) text += String(chunk);
  return text;
}

function resuming(processes: readonly number[]): () => Promise<void> {
  return async () => {
    for (const pid of processes)
      try {
        process.kill(pid, 'SIGCONT');
      } catch {
        // It is gone.
      }
  };
}

/** Over a connection that is open before the lock is there: a locked engine may be slow to accept another. */
async function unlocking(): Promise<() => Promise<void>> {
  const options = { retryWrites: false, serverSelectionTimeoutMS: 5_000 };
  const client = await new MongoClient(process.env['MONGODB_URI'] ?? '', options).connect();
  await client.db('admin').command({ ping: 1 });
  return async () => {
    for (let tries = 0; tries < MAX_TRIES; tries++)
      try {
        await client.db('admin').command({ fsyncUnlock: 1 });
        return;
      } catch (error) {
        // It says so when nothing is locked: the tool was faster, or died before it locked.
        if (error instanceof Error && /not locked/i.test(error.message)) return;
        await sleep(RETRY_MS);
      }
  };
}
