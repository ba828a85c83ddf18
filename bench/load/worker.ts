/** The process that makes the load of a bench: what it costs is then told apart from what is measured. */
import { Rush, type RushRecord } from '../sale/rush.ts';
import { Visitor } from '../sale/buyer.ts';
import { Holding } from '../sale/holding.ts';
import { AccountsInTurn } from './accounts-in-turn.ts';
import { closedLoop } from './closed-loop.ts';
import { DirectClient } from './direct-client.ts';
import { type Asker, GraphClient, sourceAddresses } from './graph-client.ts';
import type { Job, Target, WindowPlan, WindowRecord, Word } from './job.ts';

const interruption = new AbortController();

function say(word: Word): void {
  process.send?.(word);
}

async function work(job: Job): Promise<void> {
  const clients = sourceAddresses(job.clients).map((address) => clientOf(job.target, address));
  const buyers = new AccountsInTurn(job.accounts);
  try {
    switch (job.kind) {
      case 'rush': {
        say({ kind: 'opened' });
        const record: RushRecord = await new Rush(clients, buyers, job.plan).run();
        say({ kind: 'closed' });
        return say({ kind: 'rushed', record });
      }
      case 'window':
        return say({ kind: 'measured', record: await measure(clients, buyers, job.plan) });
    }
  } finally {
    for (const client of clients) client.close();
  }
}

function clientOf(target: Target, address: string | undefined): Asker {
  return target.kind === 'gateway' ? new GraphClient(target.url, address) : new DirectClient(target, address);
}

async function measure(
  clients: readonly Asker[],
  buyers: AccountsInTurn,
  { what, pools, quantity, seatPlan, ...times }: WindowPlan,
): Promise<WindowRecord> {
  let begun = 0;
  const { tally, seconds } = await closedLoop(
    { ...times, clients: clients.length, signal: interruption.signal },
    async (index, counted) => {
      const client = clients[index];
      if (!client) throw new Error(`there is no client ${index}`);
      const visitor = new Visitor(client, counted);
      const pool = pools[begun++ % pools.length] ?? pools[0];
      const buyer = buyers.take();
      if (what === 'holds') return void (await visitor.hold(buyer, pool, quantity));
      const holding = new Holding(visitor, counted, { quantity, seatPlan });
      await visitor.purchase(buyer, pool, undefined, () => holding.hold(buyer, pool));
    },
    () => {
      say({ kind: 'opened' });
      return () => say({ kind: 'closed' });
    },
  );
  return { tally: tally.toRecord(), seconds };
}

process.on('message', (job: Job) => {
  work(job).catch((error: unknown) => {
    say({ kind: 'failed', why: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  });
});
// Whoever wanted the load is gone, or wants no more.
process.on('disconnect', () => process.exit(0));
// Ctrl-C reaches the whole group: the bench itself says when to stop.
for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => interruption.abort());
