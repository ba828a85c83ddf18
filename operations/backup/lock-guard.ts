/**
 * Takes MongoDB's write lock off when the tool that took it is gone: its end of the pipe closes without the word
 * "unlocked", or its time is over. Runs beside `npm run backup`; see write-lock.ts.
 *
 *   node lock-guard.js <milliseconds>     MONGODB_URI in the environment
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { MongoClient } from 'mongodb';

const RETRY_MS = 500;
const MAX_TRIES = 120;

const limitMs = Number(process.argv[2]);
const client = await new MongoClient(process.env['MONGODB_URI'] ?? '', {
  retryWrites: false,
  serverSelectionTimeoutMS: 5_000,
}).connect();
// A connection that is open already: a locked engine may be slow to accept another.
await client.db('admin').command({ ping: 1 });
process.stdout.write('ready\n');

const told = await Promise.race([lastWord(), sleep(limitMs, '', { ref: true })]);
if (told.trim() !== 'unlocked') await unlock();
await client.close();
process.exit(0);

/** Everything that came through the pipe until it closed. */
async function lastWord(): Promise<string> {
  let text = '';
  for await (const chunk of process.stdin) text += String(chunk);
  return text;
}

async function unlock(): Promise<void> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    try {
      await client.db('admin').command({ fsyncUnlock: 1 });
      process.stderr.write('The backup left MongoDB locked; its guard has unlocked it.\n');
      return;
    } catch (error) {
      // It says so when nothing is locked: the tool was faster, or died before it locked.
      if (error instanceof Error && /not locked/i.test(error.message)) return;
      await sleep(RETRY_MS);
    }
  }
}
