import { BUYER, EVENT, ORDER, TYPE } from '../purchase/ids.ts';
import { eur, set, type Ground, type Plant } from './ground.ts';
import { giveOneBack } from './given-back.ts';

const sale = (seq: number, unitsSold: number, change: object = {}) => ({
  _id: `sale-${seq}`,
  eventId: EVENT,
  seq,
  kind: 'CLAIM',
  at: new Date(),
  orderId: ORDER,
  lines: [{ ticketTypeId: TYPE, quantity: 2, amount: 2_000 }],
  unitsSold,
  ...change,
});

/** What can be wrong with the sales log. */
export const salesPlants = (ground: Ground): Plant[] => {
  const { inventory, orders, sales } = ground;
  const counted = (fields: object) => inventory().updateOne({ _id: EVENT }, set(fields));
  return [
    [
      'a place that nothing stands at',
      'sales-log',
      async () => {
        await sales().insertOne(sale(4, 4));
        await counted({ seq: 4, logged: 4 });
      },
      /sales log of event EVENT00001 lacks places 2 to 3/,
    ],
    [
      'a newest sale that is not there',
      'sales-log',
      () => counted({ seq: 2, logged: 2 }),
      /sales log of event EVENT00001 lacks place 2/,
    ],
    [
      'a place with two sales',
      'sales-log',
      async () => {
        await sales().dropIndex('place');
        await sales().insertOne({ ...sale(1, 2), _id: 'another' });
      },
      /has two sales at place 1/,
    ],
    [
      'places that may be given twice',
      'sales-log',
      () => sales().dropIndex('place'),
      /no unique index on eventId,seq/,
    ],
    [
      'a log that never forgets',
      'sales-log',
      () => sales().dropIndex('kept'),
      /is to forget after 30 days, and never does/,
    ],
    [
      'more logged than sold',
      'sales-log',
      () => counted({ logged: 2 }),
      /EVENT00001 has made 1 sales, and 2 are said to be logged/,
    ],
    [
      'a sale that nobody can log any more',
      'sales-log',
      () => counted({ seq: 2 }),
      /EVENT00001: 1 of its sales are not logged, and its inventory knows them no more/,
    ],
    [
      'a sale that nobody logs',
      'sales-log',
      () => counted({ seq: 2, moves: [{ ...sale(2, 4), at: new Date(Date.now() - 3_600_000) }] }),
      /EVENT00001: 1 sales wait to be logged, the oldest since/,
    ],
    [
      'a sale that was never made',
      'sales-log',
      () => sales().insertOne(sale(2, 4)),
      /has made 1 sales, and one stands at place 2 of its log/,
    ],
    [
      'a wrong running total',
      'sales-log',
      () => sales().updateOne({}, set({ unitsSold: 3 })),
      /says 3 units were sold after place 1, where its sales make 2/,
    ],
    [
      'another total than the inventory has, where the beginning is forgotten',
      'sales-log',
      async () => {
        await sales().updateOne({}, set({ seq: 5, unitsSold: 7 }));
        await counted({ seq: 5, logged: 5 });
      },
      /says 7 units were sold after its newest sale, and the inventory 2/,
    ],
    [
      'another revenue than the pools have',
      'sales-log',
      () => sales().updateOne({}, set({ 'lines.0.amount': 1_999 })),
      /makes 2 units for 1999 minor units of ticket type type-1, and its pool says 2 for 2000/,
    ],
    [
      'a sale to nobody',
      'sales-log',
      () => sales().updateOne({}, set({ orderId: 'nowhere' })),
      /has at place 1 a CLAIM of order nowhere, which is not there/,
    ],
    [
      "a sale in another event's log",
      'sales-log',
      () => sales().updateOne({}, set({ eventId: 'OTHER' })),
      /order-1 of event EVENT00001 is COMPLETED, and stands in the sales log of event OTHER/,
    ],
    [
      'a sale to an order that never claimed anything',
      'sales-log',
      () => orders().updateOne({ _id: ORDER }, set({ state: 'EXPIRED' })),
      /order-1 .* is EXPIRED, which makes no sale; its sales log has CLAIM of 2 at place 1/,
    ],
    [
      'an order that was sold twice',
      'sales-log',
      async () => {
        await sales().insertOne(sale(2, 4));
        await counted({ seq: 2, logged: 2 });
      },
      /which makes CLAIM of 2; its sales log has CLAIM of 2 at place 1 and CLAIM of 2 at place 2/,
    ],
    [
      'a return of what the order keeps',
      'sales-log',
      async () => {
        await sales().insertOne(sale(2, 0, { kind: 'RETURN' }));
        await counted({ seq: 2, logged: 2 });
      },
      /is COMPLETED, which makes CLAIM of 2; .* and RETURN of 2 at place 2/,
    ],
    [
      'a ticket that came back without a return',
      'sales-log',
      async () => {
        await giveOneBack(ground);
        await sales().deleteOne({ seq: 2 });
      },
      /makes CLAIM of 2 and RETURN of 1; its sales log has CLAIM of 2 at place 1/,
    ],
    [
      'a sale of other units than the order has',
      'sales-log',
      () => orders().updateOne({ _id: ORDER }, set({ 'lines.0.quantity': 1 })),
      /which makes CLAIM of 1; its sales log has CLAIM of 2/,
    ],
    [
      'an order that was sold and not logged',
      'sales-log',
      () =>
        orders().insertOne({
          _id: 'order-2',
          buyerId: BUYER,
          eventId: EVENT,
          state: 'COMPLETED',
          idempotencyKey: 'second key',
          holdId: 'another',
          placedAt: new Date(),
          unitsSoldAfter: 3,
          lines: [{ ticketTypeId: TYPE, quantity: 1, unitPrice: eur(1_000) }],
        }),
      /order-2 of event EVENT00001 is COMPLETED, and its CLAIM of 1 is not in the sales log/,
    ],
    [
      'a log that has lost its beginning',
      'sales-log',
      () => sales().deleteOne({ seq: 1 }),
      /order-1 .* and its CLAIM of 2 is not in the sales log/,
    ],
  ];
};
