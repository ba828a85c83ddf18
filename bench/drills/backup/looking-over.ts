import { setTimeout as sleep } from 'node:timers/promises';
import type { Stage } from '../../frame/exercise.ts';
import type { Account } from '../../house/accounts.ts';
import type { House } from '../../house/house.ts';
import { compareCopies, soundnessOf } from '../../house/operator.ts';
import { throughAll } from '../../load/closed-loop.ts';
import { GraphClient, sourceAddresses } from '../../load/graph-client.ts';
import { Tally } from '../../load/tally.ts';
import { AcknowledgedOrders } from '../../sale/acknowledged-orders.ts';
import type { AcknowledgedOrder } from '../../sale/fate.ts';
import { Visitor } from '../../sale/buyer.ts';
import { ACCOUNT_FOR_ORDER, type AccountedOrder } from '../../sale/documents.ts';
import { countAdmissions, countOrders } from './judgement.ts';

/** A question that fails is asked again so often: what it is about must not go uncounted for a moment's failure. */
const MAX_TRIES = 5;
const PAUSE_MS = 1_000;

interface Visit {
  readonly graphs: readonly GraphClient[];
  readonly organizer: Account;
  readonly tally: Tally;
  readonly signal: AbortSignal;
}

/** Asks for every noted order, brings those in flight to their end, and sends everybody through the door. */
export async function lookOver(
  stage: Stage,
  house: House,
  { clients, organizer, noted }: { clients: number; organizer: Account; noted: readonly AcknowledgedOrder[] },
) {
  const { progress, signal } = stage;
  const graphs = sourceAddresses(clients).map((address) => new GraphClient(house.url, address));
  const visit: Visit = { graphs, organizer, tally: new Tally(), signal };
  try {
    progress.say(`asking for ${noted.length} orders`);
    const found = await accountFor(visit, noted);
    const there = noted.filter((order) => found.get(order));
    await payWhatIsOpen(visit, there, found);
    const paid = new AcknowledgedOrders(there.map((order) => ({ ...order, isPaid: true })));
    const { completed, givenBack, acknowledgedLost } = await paid.reckon(graphs, signal);
    progress.say(`scanning the tickets of ${completed} orders`);
    const admissions = await admitAll(visit, there);
    progress.say('verifying the restored house, and rebuilding its copies');
    const soundness = await soundnessOf(house, progress);
    const copies = await compareCopies(house, progress);
    return {
      ...countOrders(noted, found),
      ordersUnended: acknowledgedLost,
      ordersCompleted: completed,
      ordersGivenBack: givenBack,
      ...admissions,
      soundness,
      copies,
      errors: visit.tally.errors,
    };
  } finally {
    for (const graph of graphs) graph.close();
  }
}

function accountFor(
  visit: Visit,
  orders: readonly AcknowledgedOrder[],
): Promise<Map<AcknowledgedOrder, AccountedOrder | null>> {
  return insist(visit, orders, ({ placed, buyer }, { graph }) =>
    visit.tally.time('account', () => graph.ask(ACCOUNT_FOR_ORDER, { id: placed.order.id }, buyer.token)),
  );
}

/** With the token that the first house gave out. An order that was paid meanwhile is not charged twice. */
async function payWhatIsOpen(
  visit: Visit,
  orders: readonly AcknowledgedOrder[],
  found: ReadonlyMap<AcknowledgedOrder, AccountedOrder | null>,
): Promise<void> {
  const open = orders.filter((order) => !order.isPaid && found.get(order)?.state === 'AWAITING_PAYMENT');
  await insist(visit, open, ({ buyer, placed }, visitor) => visitor.pay(buyer, placed));
}

/** Each ticket once: a second scan would be refused for the first. */
async function admitAll(visit: Visit, orders: readonly AcknowledgedOrder[]) {
  const { graphs, organizer, tally } = visit;
  const holders = [...(await accountFor(visit, orders))].flatMap(([{ buyer, event }, order]) =>
    order?.state === 'COMPLETED' ? order.tickets.map(({ id }) => ({ id, buyer, event })) : [],
  );
  const codes = await insist(visit, holders, ({ id, buyer }, visitor) =>
    tally.time('code', () => visitor.codeOf(buyer, id)),
  );
  const admitted = new Set<string>();
  await throughAll(graphs.length, [...codes], async ([{ id, event }, code], client) => {
    const visitor = new Visitor(graphOf(graphs, client), tally);
    await visitor.scan(organizer, event, code, `lane-${client + 1}`);
    admitted.add(id);
  });
  return countAdmissions(
    holders.map(({ id }) => id),
    admitted,
  );
}

/** Works through all items; those that still fail in the last try have no result. */
async function insist<I, R>(
  { graphs, tally, signal }: Visit,
  items: readonly I[],
  work: (item: I, visitor: Visitor) => Promise<R>,
): Promise<Map<I, R>> {
  const results = new Map<I, R>();
  for (let tries = 0; tries < MAX_TRIES && results.size < items.length; tries++) {
    if (tries > 0) await sleep(PAUSE_MS, undefined, { signal });
    const left = items.filter((item) => !results.has(item));
    await throughAll(graphs.length, left, async (item, client) => {
      results.set(item, await work(item, new Visitor(graphOf(graphs, client), tally)));
    });
  }
  return results;
}

function graphOf(graphs: readonly GraphClient[], client: number): GraphClient {
  const graph = graphs[client];
  if (!graph) throw new Error(`there is no client ${client}`);
  return graph;
}
