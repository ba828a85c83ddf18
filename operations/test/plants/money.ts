import { INTENT, ORDER, SOLD_HOLD, TICKETS } from '../purchase/ids.ts';
import { comeBack, dispute, disputeBooking, giveBack, refundBooking, reversalBooking } from './given-back.ts';
import { eur, set, type Ground, type Plant } from './ground.ts';

const refund = { refundId: 'r', amount: eur(500) };

/** What can be wrong with money: between payments and tickets, orders, the provider and the ledger. */
export const moneyPlants = (ground: Ground): Plant[] => {
  const { orders, tickets, payments, ledger, intents, redis, key } = ground;
  return [
    [
      'captured money with a ticket too few',
      'money',
      () => tickets().updateOne({ _id: TICKETS[1] }, set({ status: 'VOID' })),
      /order-1 is CAPTURED, nothing refunded, but 1 of its 2 tickets are valid/,
    ],
    [
      'captured money for an order that ended',
      'money',
      async () => {
        await orders().updateOne({ _id: ORDER }, set({ state: 'EXPIRED' }));
        await tickets().deleteMany({});
      },
      /CAPTURED, nothing refunded, but 0 of its 2 tickets are valid \(order EXPIRED\)/,
    ],
    [
      'tickets for refunded money',
      'money',
      () => payments().updateOne({ _id: ORDER }, set({ state: 'REFUNDED' })),
      /all of it refunded, but 2 of its tickets are valid/,
    ],
    [
      'a partial refund that takes no ticket',
      'money',
      () =>
        payments().updateOne(
          { _id: ORDER },
          set({ refunds: [{ refundId: 'r', amount: { amount: 1_000, currency: 'EUR' } }] }),
        ),
      /1000 refunded, but all 2/,
    ],
    [
      'tickets for a voided payment',
      'money',
      () => payments().updateOne({ _id: ORDER }, set({ state: 'VOIDED' })),
      /is VOIDED, but 2 of its tickets are valid/,
    ],
    ['a payment without an order', 'money', () => orders().deleteMany({}), /there is no such order/],
    [
      'a ticket without an order',
      'money',
      () => tickets().updateOne({ _id: TICKETS[0] }, set({ orderId: 'nowhere' })),
      /TICKET1 is valid, and its order nowhere is not there/,
    ],
    [
      'a completed order that nobody paid',
      'money',
      () => payments().deleteMany({}),
      /order-1 is COMPLETED and nobody paid/,
    ],
    [
      'a charge that is not the quote',
      'charges',
      () => payments().updateOne({ _id: ORDER }, set({ 'amount.amount': 2_001 })),
      /order order-1 is of EUR 20.00, and its payment is of EUR 20.01/,
    ],
    [
      'a charge in another currency',
      'charges',
      () => payments().updateOne({ _id: ORDER }, set({ 'amount.currency': 'USD' })),
      /USD 20.00/,
    ],
    [
      'a total that is not that of its lines',
      'charges',
      () => orders().updateOne({ _id: ORDER }, set({ 'lines.0.unitPrice.amount': 999 })),
      /its lines of 1998/,
    ],
    [
      'an order of another amount than its hold quoted',
      'charges',
      async () => {
        const text = (await redis().hget(key('holds'), SOLD_HOLD)) ?? '';
        await redis().hset(key('holds'), SOLD_HOLD, text.replace('"total":2000', '"total":1999'));
      },
      /order-1 is of EUR 20.00, and its hold quoted 1999/,
    ],
    [
      'money that was taken twice',
      'provider',
      () => intents().insertOne({ _id: 'intent-2', orderId: ORDER, amount: eur(2_000), status: 'CAPTURED' }),
      /intent-2 of order order-1 is CAPTURED, and the order's payment is of intent-1/,
    ],
    [
      'money that was taken for no payment',
      'provider',
      () => intents().insertOne({ _id: 'intent-2', orderId: 'nowhere', amount: eur(1), status: 'CAPTURED' }),
      /the order's payment is of no intent/,
    ],
    [
      'money that is reserved for no payment',
      'provider',
      () =>
        intents().insertOne({ _id: 'intent-2', orderId: ORDER, amount: eur(2_000), status: 'AUTHORIZED' }),
      /intent-2 of order order-1 is AUTHORIZED, and the order's payment is of intent-1/,
    ],
    [
      'money that was not taken',
      'provider',
      () => intents().updateOne({ _id: INTENT }, set({ status: 'AUTHORIZED' })),
      /is AUTHORIZED, and its payment says CAPTURED/,
    ],
    [
      'a voided payment that was taken',
      'provider',
      () => payments().updateOne({ _id: ORDER }, set({ state: 'VOIDED' })),
      /intent-1 of order order-1 is CAPTURED, and its payment says VOIDED/,
    ],
    [
      'an authorization that is left behind',
      'provider',
      async () => {
        await payments().updateOne({ _id: ORDER }, set({ state: 'VOIDED' }));
        await intents().updateOne({ _id: INTENT }, set({ status: 'AUTHORIZED' }));
      },
      /is AUTHORIZED, and its payment says VOIDED/,
    ],
    [
      'another amount taken than paid',
      'provider',
      () => intents().updateOne({ _id: INTENT }, set({ 'amount.amount': 1_999 })),
      /of 1999 EUR, and its payment of 2000 EUR/,
    ],
    [
      'money that went back unnoticed',
      'provider',
      () => intents().updateOne({ _id: INTENT }, set({ refunded: 500 })),
      /has paid back 500 minor units, and its payment says 0/,
    ],
    [
      'a refund that came back from the bank unnoticed',
      'provider',
      async () => {
        await giveBack(ground);
        await intents().updateOne({ _id: INTENT }, set({ refunded: 0 }));
      },
      /has paid back 0 minor units, and its payment says 2000/,
    ],
    [
      'a payment that its provider knows nothing of',
      'provider',
      () => intents().deleteMany({}),
      /order-1 is CAPTURED, and its provider does not know its intent \(intent-1\)/,
    ],
    [
      'a transaction out of balance',
      'ledger',
      () => ledger().updateOne({}, set({ 'entries.1.amount': -1_999 })),
      /payment-1:CAPTURE sums to 1/,
    ],
    [
      'an entry of nothing',
      'ledger',
      () => ledger().updateOne({}, { $push: { entries: { account: 'nobody', amount: 0 } } } as object),
      /payment-1:CAPTURE has an entry that moves no whole minor units/,
    ],
    [
      'a transaction of nobody',
      'ledger',
      () => ledger().updateOne({}, set({ orderId: 'nowhere' })),
      /of order nowhere, which has no payment/,
    ],
    [
      'a transaction in the wrong currency',
      'ledger',
      () => ledger().updateOne({}, set({ currency: 'USD' })),
      /payment-1:CAPTURE is in USD, and its payment in EUR/,
    ],
    [
      'captured money that is not booked',
      'ledger',
      () => ledger().deleteMany({}),
      /capture of the payment of order order-1 is not in the ledger \(payment-1:CAPTURE\)/,
    ],
    [
      'a failed payment that is booked',
      'ledger',
      () => payments().updateOne({ _id: ORDER }, set({ state: 'FAILED' })),
      /payment-1:CAPTURE is of nothing that its payment has taken or paid back/,
    ],
    [
      'a booking of another amount',
      'ledger',
      () => ledger().updateOne({}, set({ 'entries.0.amount': 1 })),
      /payment-1:CAPTURE is of 1 minor units, and its payment has moved 2000/,
    ],
    [
      'a refund that is booked and that nobody paid',
      'ledger',
      () => ledger().insertOne(refundBooking(500)),
      /payment-1:REFUND:r is of nothing that its payment has taken or paid back/,
    ],
    [
      'a refund that is booked and was refused',
      'ledger',
      async () => {
        await payments().updateOne(
          { _id: ORDER },
          set({ refunds: [{ ...refund, refusal: 'REFUND_REFUSED' }] }),
        );
        await ledger().insertOne(refundBooking(500));
      },
      /payment-1:REFUND:r is of nothing that its payment has taken or paid back/,
    ],
    [
      'a refund that came back and is not taken out of the books',
      'ledger',
      async () => {
        await comeBack(ground);
        await ledger().deleteOne({ kind: 'REVERSAL' });
      },
      /payment-1:REFUND:r is of nothing that its payment has taken or paid back/,
    ],
    [
      'a refund that is taken out of the books and did not come back',
      'ledger',
      async () => {
        await giveBack(ground);
        await ledger().insertOne(reversalBooking(2_000));
      },
      /payment-1:REVERSAL:r is of a refund that has not come back by its payment/,
    ],
    [
      'money that a bank has taken unnoticed',
      'provider',
      () => intents().updateOne({ _id: INTENT }, set({ 'dispute.moved': 'WITHDRAWN' })),
      /a bank has taken 2000 minor units of it, and its payment says 0/,
    ],
    [
      'money that a bank has given again unnoticed',
      'provider',
      async () => {
        await dispute(ground);
        await intents().updateOne({ _id: INTENT }, set({ 'dispute.moved': 'REINSTATED' }));
      },
      /a bank has taken 0 minor units of it, and its payment says 2000/,
    ],
    [
      'a dispute that is not booked',
      'ledger',
      async () => {
        await dispute(ground);
        await ledger().deleteOne({ kind: 'DISPUTE' });
      },
      /dispute of the payment of order order-1 is not in the ledger \(payment-1:DISPUTE:dp\)/,
    ],
    [
      'a dispute that is booked with another amount',
      'ledger',
      async () => {
        await dispute(ground);
        await ledger().deleteOne({ kind: 'DISPUTE' });
        await ledger().insertOne(disputeBooking('DISPUTE', 1_999));
      },
      /payment-1:DISPUTE:dp is of 1999 minor units, and its payment has moved 2000/,
    ],
    [
      'a dispute that is booked as won and was not',
      'ledger',
      async () => {
        await dispute(ground);
        await ledger().insertOne(disputeBooking('REINSTATEMENT'));
      },
      /payment-1:REINSTATEMENT:dp is of nothing that its payment has taken or paid back/,
    ],
    [
      'a reversal of nothing',
      'ledger',
      () => ledger().insertOne(reversalBooking(500)),
      /payment-1:REVERSAL:r is of no refund that was booked just the other way round/,
    ],
    [
      'a reversal of another amount',
      'ledger',
      async () => {
        await comeBack(ground);
        await ledger().deleteOne({ kind: 'REVERSAL' });
        await ledger().insertOne(reversalBooking(1_999));
      },
      /payment-1:REVERSAL:r is of no refund that was booked just the other way round/,
    ],
    [
      'a refund that is booked with another amount',
      'ledger',
      async () => {
        await payments().updateOne({ _id: ORDER }, set({ refunds: [refund] }));
        await ledger().insertOne(refundBooking(400));
      },
      /payment-1:REFUND:r is of 400 minor units, and its payment has moved 500/,
    ],
    [
      'a refund that was paid and is not booked',
      'ledger',
      () => payments().updateOne({ _id: ORDER }, set({ refunds: [refund] })),
      /refund of the payment of order order-1 is not in the ledger \(payment-1:REFUND:r\)/,
    ],
  ];
};
