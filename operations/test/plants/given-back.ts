import { EVENT, ORDER, PAYMENT, TICKETS, TYPE } from '../purchase/ids.ts';
import { eur, set, type Ground } from './ground.ts';

export const HOUR_AGO = new Date(Date.now() - 3_600_000);

/** An order on its way back, with one refund of all its money. */
export const refunding = (status: string, plannedAt: Date) => ({
  state: 'REFUNDING',
  refunds: [{ refundId: 'r', amount: eur(2_000), status, plannedAt }],
});

export const refundBooking = (amount: number, refundId = 'r') => ({
  _id: `${PAYMENT}:REFUND:${refundId}`,
  kind: 'REFUND',
  orderId: ORDER,
  currency: 'EUR',
  entries: [
    { account: 'organization', amount },
    { account: 'provider', amount: -amount },
  ],
});

/** The refund has come back. */
export const reversalBooking = (amount: number) => ({
  ...refundBooking(-amount),
  _id: `${PAYMENT}:REVERSAL:r`,
  kind: 'REVERSAL',
});

const linesOf = (quantity: number) => [{ ticketTypeId: TYPE, quantity, unitPrice: eur(1_000) }];

/** The units of a return, everywhere where units are counted. */
async function giveUnitsBack({ inventory, sales }: Ground, units: number): Promise<void> {
  const unitsSold = 2 - units;
  await sales().insertOne({
    _id: 'sale-2',
    eventId: EVENT,
    seq: 2,
    kind: 'RETURN',
    at: new Date(),
    orderId: ORDER,
    lines: [{ ticketTypeId: TYPE, quantity: units, amount: units * 1_000 }],
    unitsSold,
  });
  const pool = { [`pools.${TYPE}.sold`]: unitsSold, [`pools.${TYPE}.revenue`]: unitsSold * 1_000 };
  await inventory().updateOne({ _id: EVENT }, set({ ...pool, seq: 2, logged: 2 }));
}

/** The order is given back as it should be. */
export async function giveBack(ground: Ground): Promise<void> {
  const { orders, payments, tickets, ledger, intents, claims, allowances } = ground;
  await orders().updateOne({ _id: ORDER }, set({ ...refunding('PAID', HOUR_AGO), state: 'REFUNDED' }));
  const refunds = [{ refundId: 'r', amount: eur(2_000) }];
  await payments().updateOne({ _id: ORDER }, set({ state: 'REFUNDED', refunds }));
  await ledger().insertOne(refundBooking(2_000));
  await intents().updateOne({ orderId: ORDER }, set({ refunded: 2_000 }));
  await tickets().updateMany({ orderId: ORDER }, set({ status: 'VOID' }));
  await claims().deleteMany({ orderId: ORDER });
  await allowances().updateOne({}, set({ total: 0, orders: [] }));
  await giveUnitsBack(ground, 2);
}

/** The order is given back, and then its money comes back from the bank, which everybody has heard of. */
export async function comeBack(ground: Ground): Promise<void> {
  const { orders, payments, ledger, intents } = ground;
  await giveBack(ground);
  const returned = { ticketIds: [...TICKETS], lines: linesOf(2), reason: 'ORGANIZER', doneAt: HOUR_AGO };
  const failed = { ...refunding('FAILED', HOUR_AGO), refundFailedAt: HOUR_AGO, returns: [returned] };
  await orders().updateOne({ _id: ORDER }, set(failed));
  const refunds = [{ refundId: 'r', amount: eur(2_000), refusal: 'EXPIRED_OR_CANCELED_CARD' }];
  await payments().updateOne({ _id: ORDER }, set({ state: 'CAPTURED', refunds }));
  await ledger().insertOne(reversalBooking(2_000));
  await intents().updateOne({ orderId: ORDER }, set({ refunded: 0 }));
}

/** Somebody has tried again, and the bank has kept the money. */
export async function payBackAgain(ground: Ground): Promise<void> {
  const { orders, payments, ledger, intents } = ground;
  await comeBack(ground);
  const refund = { refundId: 's', amount: eur(2_000) };
  const again = [{ ...refund, status: 'PAID', plannedAt: HOUR_AGO }];
  await orders().updateOne(
    { _id: ORDER },
    { ...set({ state: 'REFUNDED', refunds: again }), $unset: { refundFailedAt: '' } },
  );
  await payments().updateOne({ _id: ORDER }, set({ state: 'REFUNDED', refunds: [refund] }));
  await ledger().insertOne(refundBooking(2_000, 's'));
  await intents().updateOne({ orderId: ORDER }, set({ refunded: 2_000 }));
}

export const disputeBooking = (kind: 'DISPUTE' | 'REINSTATEMENT', amount = 2_000) => ({
  _id: `${PAYMENT}:${kind}:dp`,
  kind,
  orderId: ORDER,
  currency: 'EUR',
  entries: [
    { account: 'disputed', amount: kind === 'DISPUTE' ? amount : -amount },
    { account: 'provider', amount: kind === 'DISPUTE' ? -amount : amount },
  ],
});

/** A bank has taken the order's money from the provider, and given it again if the dispute is won. */
export async function dispute({ payments, ledger, intents }: Ground, isWon = false): Promise<void> {
  const disputes = [{ disputeId: 'dp', amount: eur(2_000), isReinstated: isWon }];
  await payments().updateOne({ _id: ORDER }, set({ disputes }));
  await ledger().insertOne(disputeBooking('DISPUTE'));
  if (isWon) await ledger().insertOne(disputeBooking('REINSTATEMENT'));
  await intents().updateOne({ orderId: ORDER }, set({ 'dispute.moved': isWon ? 'REINSTATED' : 'WITHDRAWN' }));
}

/** One of its two tickets is taken back as it should be. */
export async function giveOneBack(ground: Ground, change: object = {}): Promise<void> {
  const { orders, payments, tickets, ledger, intents, claims, allowances } = ground;
  const returned = {
    ticketIds: [TICKETS[0]],
    lines: linesOf(1),
    reason: 'ORGANIZER',
    doneAt: HOUR_AGO,
  };
  const refund = { refundId: 'r', amount: eur(1_000), status: 'PAID', plannedAt: HOUR_AGO };
  await orders().updateOne(
    { _id: ORDER },
    set({ state: 'PARTIALLY_REFUNDED', partial: true, returns: [returned], refunds: [refund], ...change }),
  );
  await payments().updateOne({ _id: ORDER }, set({ refunds: [{ refundId: 'r', amount: eur(1_000) }] }));
  await ledger().insertOne(refundBooking(1_000));
  await intents().updateOne({ orderId: ORDER }, set({ refunded: 1_000 }));
  await tickets().updateOne({ _id: TICKETS[0] }, set({ status: 'VOID' }));
  await claims().deleteOne({ _id: `${EVENT}:hall-A-1` });
  await allowances().updateOne({}, set({ total: 1 }));
  await giveUnitsBack(ground, 1);
}

/** The order as one that a member issued: nobody's limit counts it, and payments never heard of it. */
export async function issueFromDesk(ground: Ground, change: object): Promise<void> {
  const { orders, payments, ledger, intents, allowances } = ground;
  await orders().updateOne({ _id: ORDER }, set(change));
  await payments().deleteMany({});
  await ledger().deleteMany({});
  await intents().deleteMany({});
  await allowances().deleteMany({});
}
