import type { House } from '../../../house/house.ts';
import type { SaleDocument } from '../../documents.ts';
import { indexOn } from '../../indexes.ts';
import type { Findings, Invariant } from '../../invariant.ts';
import { KEPT_DAYS } from './kept.ts';
import { judgeOrders } from './orders.ts';
import { judgePlaces } from './places.ts';

/**
 * The log is judged from two sides: place by place against the inventory that counted the sales, and order by order
 * against what the orders say that they took and gave back.
 */
export const salesLog: Invariant = {
  name: 'sales-log',
  says: "an event's log has each of its sales of 30 days once, in order, with the units and revenue of the pools and the orders",
  look: async (house, findings) => {
    await judgeIndexes(house, findings);
    await judgeOrders(house, await judgePlaces(house, findings), findings);
  },
};

/** What keeps a place from being given twice, and makes MongoDB forget: neither shows before it is too late. */
async function judgeIndexes(house: House, findings: Findings): Promise<void> {
  const log = house.database('tickets').collection<SaleDocument>('sales_log');
  const place = await indexOn(log, ['eventId', 'seq']);
  if (place === 'NOTHING') return;
  if (place?.unique !== true)
    findings.violated(
      'index:place',
      'the sales log has no unique index on eventId,seq: nothing keeps a place from two sales',
    );
  const kept = await indexOn(log, ['at']);
  const days = kept === 'NOTHING' ? undefined : (kept?.expireAfterSeconds ?? 0) / 86_400;
  if (days !== KEPT_DAYS)
    findings.violated(
      'index:kept',
      `the sales log is to forget after ${KEPT_DAYS} days, and ${days ? `forgets after ${days}` : 'never does'}`,
    );
}
