import type { InventoryDocument } from '../documents.ts';
import type { Findings, Invariant } from '../invariant.ts';
import { eventsThatSell } from '../selling-events.ts';
import { reservedUnits, type Stock, stocksOf } from '../stocks.ts';

export const stock: Invariant = {
  name: 'stock',
  says: 'of each ticket type free + held + ordered + sold = capacity, and none of them is negative',
  look: async (house, findings) => {
    const inventories = house.database('tickets').collection<InventoryDocument>('inventory');
    for await (const found of stocksOf(house)) {
      const { eventId } = found;
      if (!found.loaded) {
        findings.skipped('stocks of an earlier run of Redis, which are built again at their next touch');
        continue;
      }
      const inventory = await inventories.findOne({ _id: eventId });
      const moving = await eventsThatSell(house, [eventId]);
      if (!inventory) findings.violated(eventId, `event ${eventId} is on sale in Redis and has no inventory`);
      // It sells nothing more: what comes back is given back in MongoDB only.
      else if (!inventory.open) findings.skipped('events that are closed');
      else if (moving.size > 0) findings.skipped('events that sell just now');
      else judge(found, inventory, findings);
    }
  },
};

function judge(found: Stock, inventory: InventoryDocument, findings: Findings): void {
  const reserved = reservedUnits(found);
  for (const [ticketTypeId, free] of found.free) {
    findings.judged();
    const pool = inventory.pools[ticketTypeId];
    const held = reserved.get(ticketTypeId) ?? 0;
    const sold = pool?.sold ?? 0;
    const capacity = pool?.capacity ?? 0;
    if (free < 0 || free + held + sold !== capacity)
      findings.violated(
        `${found.eventId}:${ticketTypeId}`,
        `event ${found.eventId}, ticket type ${ticketTypeId}: ` +
          `${free} free + ${held} held or ordered + ${sold} sold, of ${capacity}`,
      );
  }
}
