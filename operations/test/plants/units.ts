import { BUYER, EVENT, HOLD, ORDER, SOLD_HOLD, TYPE } from '../purchase/ids.ts';
import { eur, set, type Ground, type Plant } from './ground.ts';

/** An order that may be paid still. */
const waiting = (holdId: string, quantity: number) => ({
  _id: 'order-2',
  buyerId: BUYER,
  eventId: EVENT,
  state: 'AWAITING_PAYMENT',
  payBy: new Date(Date.now() + 600_000),
  idempotencyKey: 'second key',
  holdId,
  lines: [{ ticketTypeId: TYPE, quantity, unitPrice: eur(1_000) }],
  total: eur(1_000 * quantity),
});

/** What can be wrong with units, holds, keys and limits. */
export const unitsPlants = ({ orders, inventory, allowances, events, redis, key }: Ground): Plant[] => [
  [
    'more sold than there is',
    'pools',
    () => inventory().updateOne({ _id: EVENT }, set({ [`pools.${TYPE}.sold`]: 11 })),
    /type-1: 11 sold of 10/,
  ],
  [
    'less than nothing sold',
    'pools',
    () => inventory().updateOne({ _id: EVENT }, set({ [`pools.${TYPE}.sold`]: -1 })),
    /type-1: -1 sold of 10/,
  ],
  [
    'sold units that nobody ordered',
    'pools',
    () => inventory().updateOne({ _id: EVENT }, set({ [`pools.${TYPE}.sold`]: 3 })),
    /3 sold, but its orders have 2/,
  ],
  [
    'orders of an event that has no inventory',
    'pools',
    () => inventory().deleteMany({}),
    /event EVENT00001 has 1 orders with units and no inventory/,
  ],
  [
    'a lost unit',
    'stock',
    () => redis().hset(key('sale'), `free:${TYPE}`, 6),
    /6 free \+ 1 held or ordered \+ 2 sold, of 10/,
  ],
  ['a unit too many', 'stock', () => redis().hset(key('sale'), `free:${TYPE}`, 8), /EVENT00001/],
  [
    'less than nothing free',
    'stock',
    async () => {
      await redis().hset(key('sale'), `free:${TYPE}`, -1);
      await inventory().updateOne({ _id: EVENT }, set({ [`pools.${TYPE}.capacity`]: 2 }));
    },
    /-1 free/,
  ],
  [
    'a hold without a deadline',
    'holds',
    () => redis().zrem(key('deadlines'), HOLD),
    /EVENT00001.held \(HELD\).*has no deadline/,
  ],
  [
    'a hold with another deadline',
    'holds',
    () => redis().zadd(key('deadlines'), 1, HOLD),
    /ends at 1, not at/,
  ],
  [
    'a deadline without a hold',
    'holds',
    () => redis().hdel(key('holds'), HOLD),
    /deadline for hold EVENT00001.held, which is gone/,
  ],
  [
    'a hold that was released and ordered',
    'holds',
    () => orders().updateOne({ _id: ORDER }, set({ holdId: 'other' })),
    /EVENT00001.sold was sold, but has no order/,
  ],
  [
    'a hold that was sold to an order that expired',
    'holds',
    () => orders().updateOne({ _id: ORDER }, set({ state: 'EXPIRED' })),
    /its order order-1 is EXPIRED/,
  ],
  [
    'an order that may be paid, with nothing reserved for it',
    'holds',
    () => orders().insertOne(waiting('gone', 1)),
    /order-2 waits for its payment, and its hold gone is gone/,
  ],
  [
    'an order that may be paid, of a hold that is not ordered',
    'holds',
    () => orders().insertOne(waiting(HOLD, 1)),
    /its hold EVENT00001.held is HELD: nothing is reserved/,
  ],
  [
    'an order of other units than its hold',
    'holds',
    async () => {
      const text = (await redis().hget(key('holds'), HOLD)) ?? '';
      await redis().hset(key('holds'), HOLD, text.replace('"HELD"', '"ORDERED"'));
      await orders().insertOne(waiting(HOLD, 2));
    },
    /order-2 is of other units than its hold/,
  ],
  [
    'an idempotency key used twice',
    'idempotency',
    async () => {
      await orders().dropIndex('idempotencyKey');
      await orders().insertOne({
        _id: 'order-2',
        buyerId: BUYER,
        idempotencyKey: 'first key',
        holdId: 'another',
      });
    },
    /orders order-1 and order-2 have the same idempotency key: buyer-1, first key/,
  ],
  [
    'a hold ordered twice',
    'idempotency',
    async () => {
      await orders().dropIndex('hold');
      await orders().insertOne({
        _id: 'order-2',
        buyerId: BUYER,
        idempotencyKey: 'second key',
        holdId: SOLD_HOLD,
      });
    },
    /the same hold: EVENT00001.sold/,
  ],
  ['no unique index', 'idempotency', () => orders().dropIndex('hold'), /no unique index on holdId/],
  [
    'more of a ticket type than the limit',
    'limits',
    async () => {
      await events().updateOne({ _id: EVENT }, set({ 'ticketTypes.0.maxPerAccount': 1 }));
      await allowances().updateOne({}, set({ byType: { [TYPE]: 2 } }));
    },
    /ticket type type-1: 2 units, and 1 are allowed/,
  ],
  [
    'an order partly refunded that is not counted',
    'limits',
    async () => {
      await orders().updateOne({ _id: ORDER }, set({ state: 'PARTIALLY_REFUNDED' }));
      await allowances().deleteMany({});
    },
    /order order-1 is not counted/,
  ],
  [
    'more than the limit',
    'limits',
    async () => {
      await allowances().updateOne({}, set({ total: 5 }));
    },
    /account buyer-1, event EVENT00001: 5 units, and 4 are allowed/,
  ],
  [
    'a wrong count',
    'limits',
    () => allowances().updateOne({}, set({ total: 3 })),
    /3 units are counted, and its orders have 2/,
  ],
  [
    'units counted as another ticket type',
    'limits',
    () => allowances().updateOne({}, set({ byType: { [TYPE]: 1, other: 1 } })),
    /ticket type type-1: 1 units are counted, and its orders have 2/,
  ],
  [
    'an order that is not counted',
    'limits',
    () => allowances().deleteMany({}),
    /order order-1 is not counted for account buyer-1/,
  ],
];
