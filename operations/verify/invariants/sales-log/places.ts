import type { Collection } from 'mongodb';
import type { House } from '../../../house/house.ts';
import { BATCH, byId, inBatches } from '../../batches.ts';
import type { InventoryDocument, SaleDocument } from '../../documents.ts';
import type { Findings } from '../../invariant.ts';
import { certainlyKeptSince } from './kept.ts';
import { type InventoryAtOneMoment, PlaceWalk } from './place-walk.ts';

/** Events looked at together. */
const EVENTS = 200;
/** Sales are logged within a second, after a crash within some ten; what waits for longer is stuck. */
const LOGGED_WITHIN_MS = 60_000;

/** Moves, of which there may be thousands, only where the log lacks some. */
const INVENTORY_FIELDS = {
  seq: 1,
  logged: 1,
  logBegins: 1,
  pools: 1,
  moves: { $cond: [{ $eq: ['$seq', '$logged'] }, [], '$moves'] },
};

/** How much of an event's sales its log tells. */
export interface LogExtent {
  /** Every sale of the event stands in it, from the first on. */
  readonly isComplete: boolean;
  /** Its first sales were made by a version that kept no log: they were never written. */
  readonly beginsLate: boolean;
  /** Some sales are counted and not logged yet. */
  readonly lacksNewest: boolean;
}

/**
 * Judges the places of every event's log against its inventory, and tells how far each log goes. Each inventory is read
 * before its log, so that all sales it says are logged must be found: also while the event sells.
 */
export async function judgePlaces(house: House, findings: Findings): Promise<Map<string, LogExtent>> {
  const inventories = house.database('tickets').collection<InventoryDocument>('inventory');
  const extents = new Map<string, LogExtent>();
  const found = inventories.find({}, { projection: INVENTORY_FIELDS, batchSize: EVENTS }).sort({ _id: 1 });
  for await (const batch of inBatches(found, EVENTS)) {
    const logged = batch.flatMap((inventory) => atOneMoment(inventory, findings));
    const walks = logged.map((inventory) => new PlaceWalk(inventory, certainlyKeptSince(), findings));
    await walkThrough(house.database('tickets').collection<SaleDocument>('sales_log'), walks);
    await judgeBeyond(inventories, walks, findings);
    for (const walk of walks) {
      walk.finish();
      extents.set(walk.inventory._id, {
        isComplete: walk.isComplete,
        beginsLate: walk.inventory.logBegins !== undefined,
        lacksNewest: walk.inventory.lacking.length > 0,
      });
    }
  }
  return extents;
}

/** None for an event that has sold nothing, or nothing since it was brought here by a version without logs. */
function atOneMoment(inventory: InventoryDocument, findings: Findings): InventoryAtOneMoment[] {
  const { _id: eventId, seq, logged, moves = [] } = inventory;
  if (logged === undefined) {
    if (seq > 0) findings.skipped('events that have sold nothing since there are logs');
    return [];
  }
  if (seq === 0 && logged === 0) return [];
  if (logged > seq)
    findings.violated(
      `logged:${eventId}`,
      `event ${eventId} has made ${seq} sales, and ${logged} are said to be logged`,
    );
  const wanted = Math.max(0, seq - logged);
  const sales = moves.filter((move): move is SaleDocument => move.kind !== 'REFUSAL');
  const lacking = wanted > 0 ? sales.slice(-wanted) : [];
  judgeLacking(eventId, wanted, lacking, findings);
  return [{ ...inventory, moves: [], logged, lacking }];
}

function judgeLacking(
  eventId: string,
  wanted: number,
  lacking: readonly SaleDocument[],
  findings: Findings,
): void {
  const [oldest] = lacking;
  if (lacking.length < wanted)
    findings.violated(
      `forgotten:${eventId}`,
      `event ${eventId}: ${wanted - lacking.length} of its sales are not logged, and its inventory knows them no more`,
    );
  else if (oldest && oldest.at.getTime() < Date.now() - LOGGED_WITHIN_MS)
    findings.violated(
      `waiting:${eventId}`,
      `event ${eventId}: ${wanted} sales wait to be logged, the oldest since ${oldest.at.toISOString()}`,
    );
  else if (oldest) findings.skipped('sales that are being logged', wanted);
}

/** In the order of the index, so that neither side is held in memory. */
async function walkThrough(log: Collection<SaleDocument>, walks: readonly PlaceWalk[]): Promise<void> {
  const byEvent = new Map(walks.map((walk) => [walk.inventory._id, walk]));
  const entries = log
    .find({ eventId: { $in: [...byEvent.keys()] } }, { projection: { _id: 0 }, batchSize: BATCH })
    .sort({ eventId: 1, seq: 1 });
  for await (const entry of entries) byEvent.get(entry.eventId)?.take(entry);
}

/** Places after the newest sale that the inventory knows of, unless it has made them since. */
async function judgeBeyond(
  inventories: Collection<InventoryDocument>,
  walks: readonly PlaceWalk[],
  findings: Findings,
): Promise<void> {
  const beyond = walks.filter((walk) => walk.newestPlace > walk.inventory.seq);
  const ids = beyond.map(({ inventory }) => inventory._id);
  const now = await byId(inventories, ids, ['seq']);
  for (const { inventory, newestPlace } of beyond) {
    const seq = now.get(inventory._id)?.seq ?? 0;
    if (newestPlace > seq)
      findings.violated(
        `beyond:${inventory._id}`,
        `event ${inventory._id} has made ${seq} sales, and one stands at place ${newestPlace} of its log`,
      );
  }
}
