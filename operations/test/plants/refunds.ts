import { EVENT, ORDER, TICKETS, TYPE } from '../purchase/ids.ts';
import { comeBack, giveBack, giveOneBack, HOUR_AGO, issueFromDesk, refunding } from './given-back.ts';
import { eur, set, type Ground, type Plant } from './ground.ts';

/** What can be wrong with orders that are given back, and with those that were issued from the desk. */
export const refundsPlants = (ground: Ground): Plant[] => {
  const { orders, tickets, payments, inventory, allowances } = ground;
  return [
    [
      'an order that never ends being given back',
      'refunds',
      () => orders().updateOne({ _id: ORDER }, set({ state: 'REFUNDING', refunds: [] })),
      /order-1 is REFUNDING for more than 10 minutes: no money is owed/,
    ],
    [
      'a refused refund whose units are given away before',
      'pools',
      async () => {
        const refused = { ...refunding('FAILED', HOUR_AGO), refundFailedAt: HOUR_AGO };
        await orders().updateOne({ _id: ORDER }, set(refused));
        await inventory().updateOne({ _id: EVENT }, set({ [`pools.${TYPE}.sold`]: 0 }));
      },
      /type-1: 0 sold, but its orders have 2/,
    ],
    [
      'a refund that was never asked of payments',
      'refunds',
      () => orders().updateOne({ _id: ORDER }, set(refunding('PLANNED', HOUR_AGO))),
      /order-1 is REFUNDING for more than 10 minutes: no refund was asked of payments/,
    ],
    [
      'captured money that is never paid back',
      'refunds',
      () => orders().updateOne({ _id: ORDER }, set(refunding('REQUESTED', HOUR_AGO))),
      /its refund was asked for, and its payment is CAPTURED/,
    ],
    [
      'an order that does not end though its money is back',
      'refunds',
      () => orders().updateOne({ _id: ORDER }, set(refunding('PAID', HOUR_AGO))),
      /no money is owed, and it has not ended/,
    ],
    [
      'a refunded order with too little money back',
      'refunds',
      async () => {
        await giveBack(ground);
        const refunds = [
          { refundId: 'r', amount: eur(1_500) },
          { refundId: 'q', amount: eur(500), refusal: 'REFUND_REFUSED' },
        ];
        await payments().updateOne({ _id: ORDER }, set({ refunds }));
      },
      /of its 2000 minor units it notes 2000 as paid back, and payments 1500/,
    ],
    [
      'a refund that came back, of which its order has not heard',
      'refunds',
      async () => {
        const heard = await orders().findOne({ _id: ORDER });
        await comeBack(ground);
        await orders().replaceOne(
          { _id: ORDER },
          { ...heard, ...refunding('PAID', HOUR_AGO), state: 'REFUNDED' },
        );
      },
      /order-1 is REFUNDED: of its 2000 minor units it notes 2000 as paid back, and payments 0/,
    ],
    [
      'a refund that waits for a person, and was paid',
      'refunds',
      async () => {
        await comeBack(ground);
        const refunds = [{ refundId: 'r', amount: eur(2_000) }];
        await payments().updateOne({ _id: ORDER }, set({ state: 'REFUNDED', refunds }));
      },
      /order-1 is REFUNDING: of its 0 minor units it notes 0 as paid back, and payments 2000/,
    ],
    [
      'a ticket that is valid again while its refund waits for a person',
      'refunds',
      async () => {
        await comeBack(ground);
        await tickets().updateOne({ _id: TICKETS[0] }, set({ status: 'VALID' }));
      },
      /order-1 is REFUNDING, but 1 of the tickets that were taken back are valid/,
    ],
    [
      'a refunded order with a valid ticket',
      'refunds',
      async () => {
        await giveBack(ground);
        await tickets().updateOne({ _id: TICKETS[0] }, set({ status: 'VALID' }));
      },
      /order-1 is REFUNDED, but 1 of its tickets are valid/,
    ],
    [
      'a refunded order that keeps its units',
      'pools',
      async () => {
        await giveBack(ground);
        await inventory().updateOne({ _id: EVENT }, set({ open: false, [`pools.${TYPE}.sold`]: 2 }));
      },
      /type-1: 2 sold, but its orders have 0/,
    ],
    [
      'a ticket that was taken back and is valid',
      'refunds',
      async () => {
        await giveOneBack(ground);
        await tickets().updateOne({ _id: TICKETS[0] }, set({ status: 'VALID' }));
      },
      /order-1 is PARTIALLY_REFUNDED, but 1 of the tickets that were taken back are valid/,
    ],
    [
      'the wrong ticket made void',
      'refunds',
      async () => {
        await giveOneBack(ground);
        await tickets().updateOne({ _id: TICKETS[1] }, set({ status: 'VOID' }));
      },
      /and has 0 valid tickets where 1 were kept/,
    ],
    [
      'more paid back than the tickets that were taken back',
      'refunds',
      async () => {
        await giveOneBack(ground);
        const more = [{ refundId: 'r', amount: eur(1_500) }];
        await payments().updateOne({ _id: ORDER }, set({ refunds: more }));
      },
      /of its 1000 minor units it notes 1000 as paid back, and payments 1500/,
    ],
    [
      'a ticket that was taken back twice',
      'refunds',
      async () => {
        await giveOneBack(ground);
        const order = await orders().findOne({ _id: ORDER });
        await orders().updateOne({ _id: ORDER }, { $push: { returns: order?.['returns'][0] } });
      },
      /a ticket of it was taken back twice/,
    ],
    [
      'units that were never given back',
      'refunds',
      async () => {
        await giveOneBack(ground);
        await orders().updateOne({ _id: ORDER }, { $unset: { 'returns.0.doneAt': '' } });
      },
      /units of it were never given back/,
    ],
    [
      'a unit that stays sold after its ticket was taken back',
      'pools',
      async () => {
        await giveOneBack(ground);
        await inventory().updateOne({ _id: EVENT }, set({ [`pools.${TYPE}.sold`]: 2 }));
      },
      /type-1: 2 sold, but its orders have 1/,
    ],
    [
      'revenue that stays after its money went back',
      'pools',
      async () => {
        await giveOneBack(ground);
        await inventory().updateOne({ _id: EVENT }, set({ [`pools.${TYPE}.revenue`]: 2_000 }));
      },
      /a revenue of 2000 minor units, but its orders were charged 1000/,
    ],
    [
      'an allowance that still counts a ticket that was taken back',
      'limits',
      async () => {
        await giveOneBack(ground);
        await allowances().updateOne({}, set({ total: 2 }));
      },
      /2 units are counted, and its orders have 1/,
    ],
    [
      'an order with tickets left that is not counted',
      'limits',
      async () => {
        await giveOneBack(ground);
        await allowances().deleteMany({});
      },
      /order order-1 is not counted for account buyer-1/,
    ],
    [
      'a complimentary order that costs something',
      'money',
      () => issueFromDesk(ground, { channel: 'COMPLIMENTARY' }),
      /order-1 is COMPLIMENTARY, and costs 2000 minor units/,
    ],
    [
      'a door sale of which nobody knows how it was paid',
      'money',
      () => issueFromDesk(ground, { channel: 'BOX_OFFICE' }),
      /order-1 is BOX_OFFICE, and nobody noted how it was paid/,
    ],
    [
      'a door sale with a payment on the platform',
      'money',
      () => orders().updateOne({ _id: ORDER }, set({ channel: 'BOX_OFFICE', paidBy: 'CASH' })),
      /order-1 is BOX_OFFICE, and has a payment on the platform/,
    ],
    [
      "an order from the desk that counts against its member's limit",
      'limits',
      () => orders().updateOne({ _id: ORDER }, set({ channel: 'BOX_OFFICE', paidBy: 'CASH' })),
      /2 units are counted, and its orders have 0/,
    ],
  ];
};
