import type { House as EnginesOfHouse } from '../../operations/house/house.ts';
import type { House } from './house.ts';
import { asOperator } from './operator.ts';

interface Ticket {
  _id: string;
  eventId: string;
  ticketTypeId: string;
  status: string;
  orderId: string;
}

export interface SoldUnits {
  /** Valid tickets. */
  readonly sold: number;
  /** Valid tickets beyond the capacity of their ticket type. */
  readonly oversold: number;
  /** Payments that keep money of somebody without a ticket for each unit. */
  readonly chargedWithoutTicket: number;
}

/** Counted in the documents themselves, beside what `verify` judges. */
export function countSold(house: House, eventIds: readonly string[]): Promise<SoldUnits> {
  return asOperator(house, async (engines) => {
    const tickets = engines.database('tickets').collection<Ticket>('tickets');
    const byType = await tickets
      .aggregate<{ _id: { eventId: string; type: string }; units: number }>([
        { $match: { eventId: { $in: [...eventIds] }, status: 'VALID' } },
        { $group: { _id: { eventId: '$eventId', type: '$ticketTypeId' }, units: { $sum: 1 } } },
      ])
      .toArray();
    const capacities = await capacitiesOf(engines, eventIds);
    const over = byType.map(({ _id, units }) => Math.max(0, units - (capacities.get(_id.type) ?? 0)));
    return {
      sold: byType.reduce((sum, { units }) => sum + units, 0),
      oversold: over.reduce((sum, units) => sum + units, 0),
      chargedWithoutTicket: await countCharged(engines, eventIds),
    };
  });
}

async function capacitiesOf(
  engines: EnginesOfHouse,
  eventIds: readonly string[],
): Promise<Map<string, number>> {
  const inventories = await engines
    .database('tickets')
    .collection<{ _id: string; pools: Record<string, { capacity: number }> }>('inventory')
    .find({ _id: { $in: [...eventIds] } })
    .toArray();
  return new Map(
    inventories.flatMap(({ pools }) =>
      Object.entries(pools).map(([type, { capacity }]) => [type, capacity] as const),
    ),
  );
}

async function countCharged(engines: EnginesOfHouse, eventIds: readonly string[]): Promise<number> {
  const db = engines.database('tickets');
  const valid = new Map<string, number>();
  const counted = db
    .collection<Ticket>('tickets')
    .aggregate<{ _id: string; units: number }>([
      { $match: { eventId: { $in: [...eventIds] }, status: 'VALID' } },
      { $group: { _id: '$orderId', units: { $sum: 1 } } },
    ]);
  for await (const { _id, units } of counted) valid.set(_id, units);
  const orders = db
    .collection<{ _id: string; lines: { quantity: number }[] }>('orders')
    .find({ eventId: { $in: [...eventIds] } }, { projection: { lines: 1 } });
  const wanting: string[] = [];
  for await (const { _id, lines } of orders)
    if ((valid.get(_id) ?? 0) < lines.reduce((sum, { quantity }) => sum + quantity, 0)) wanting.push(_id);
  return engines
    .database('payments')
    .collection<{ _id: string; state: string }>('payments')
    .countDocuments({ _id: { $in: wanting }, state: 'CAPTURED', 'refunds.0': { $exists: false } });
}
