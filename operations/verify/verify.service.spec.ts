import { topics } from '#contracts';
import {
  BUYER,
  EVENT,
  HOLD,
  ORDER,
  REFUSED_SCAN,
  SCAN,
  SEATS,
  SOLD_HOLD,
  SoundHouse,
  TICKETS,
  TYPE,
} from '../test/sound-house.ts';
import { INVARIANTS } from './invariants/index.ts';
import { NOT_JUDGED, PUBLISHED_AGGREGATES } from './published-aggregates.ts';
import { asJson, asText } from './report.ts';
import { isClean, type Verification, verify } from './verify.ts';

/** Real: the three engines and every check. The house is furnished by hand, and each violation planted in it. */
let sound: SoundHouse;

const soon = { waitMs: 0, secondLookAfterMs: 50 };

beforeAll(async () => {
  sound = await SoundHouse.open();
}, 60_000);

afterAll(() => sound?.close());

const lookFor = (name: string): Promise<Verification> =>
  verify(
    sound.house,
    INVARIANTS.filter((invariant) => invariant.name === name),
    soon,
  );

const orders = () => sound.collection('tickets', 'orders');
const tickets = () => sound.collection('tickets', 'tickets');
const payments = () => sound.collection('payments', 'payments');
const ledger = () => sound.collection('payments', 'ledger');
const inventory = () => sound.collection('tickets', 'inventory');
const allowances = () => sound.collection('tickets', 'allowances');
const admissions = () => sound.collection('checkin', 'admissions');
const scans = () => sound.collection('checkin', 'scans');
const redis = () => sound.house.redis;
const set = (fields: object) => ({ $set: fields });

type Plant = [what: string, invariant: string, plant: () => Promise<unknown>, told: RegExp];

const PLANTS: Plant[] = [
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
    'a lost unit',
    'stock',
    () => redis().hset(sound.key('sale'), `free:${TYPE}`, 6),
    /6 free \+ 1 held or ordered \+ 2 sold, of 10/,
  ],
  ['a unit too many', 'stock', () => redis().hset(sound.key('sale'), `free:${TYPE}`, 8), /EVENT00001/],
  [
    'less than nothing free',
    'stock',
    async () => {
      await redis().hset(sound.key('sale'), `free:${TYPE}`, -1);
      await inventory().updateOne({ _id: EVENT }, set({ [`pools.${TYPE}.capacity`]: 2 }));
    },
    /-1 free/,
  ],
  [
    'a seat sold twice',
    'seats',
    () => tickets().updateMany({}, set({ seat: { seatId: SEATS[0] } })),
    /seat hall-A-1 of event EVENT00001 has 2 valid tickets/,
  ],
  [
    'a hold without a deadline',
    'holds',
    () => redis().zrem(sound.key('deadlines'), HOLD),
    /EVENT00001.held \(HELD\).*has no deadline/,
  ],
  [
    'a hold with another deadline',
    'holds',
    () => redis().zadd(sound.key('deadlines'), 1, HOLD),
    /ends at 1, not at/,
  ],
  [
    'a deadline without a hold',
    'holds',
    () => redis().hdel(sound.key('holds'), HOLD),
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
  [
    'a failed payment in the ledger',
    'money',
    () => payments().updateOne({ _id: ORDER }, set({ state: 'FAILED' })),
    /is FAILED and in the ledger as captured/,
  ],
  [
    'a voided payment that the provider has taken',
    'money',
    () => payments().updateOne({ _id: ORDER }, set({ state: 'VOIDED' })),
    /its provider has taken the money \(intent-1\)/,
  ],
  [
    'captured money that the ledger lacks',
    'money',
    () => ledger().deleteMany({}),
    /is CAPTURED and not in the ledger/,
  ],
  ['a payment without an order', 'money', () => orders().deleteMany({}), /there is no such order/],
  [
    'a ticket without an order',
    'money',
    () => tickets().updateOne({ _id: TICKETS[0] }, set({ orderId: 'nowhere' })),
    /TICKET1 is valid, and its order nowhere is not there/,
  ],
  [
    'an order that never ends being given back',
    'refunds',
    () => orders().updateOne({ _id: ORDER }, set({ state: 'REFUNDING', refunds: [] })),
    /order-1 is REFUNDING for more than 10 minutes/,
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
    'a booking of another amount',
    'charges',
    () => ledger().updateOne({}, set({ 'entries.0.amount': 1 })),
    /the ledger has EUR 0.01/,
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
    'an order that is not counted',
    'limits',
    () => allowances().deleteMany({}),
    /order order-1 is not counted for account buyer-1/,
  ],
  [
    'a transaction out of balance',
    'ledger',
    () => ledger().updateOne({}, set({ 'entries.1.amount': -1_999 })),
    /payment-1:CAPTURE sums to 1/,
  ],
  [
    'a transaction of nobody',
    'ledger',
    () => ledger().updateOne({}, set({ orderId: 'nowhere' })),
    /of order nowhere, which has no payment/,
  ],
  [
    'an admission without its scan',
    'attendance',
    () => scans().deleteOne({ _id: SCAN }),
    /scan scan-1 moved ticket TICKET1, and is not there/,
  ],
  [
    'an admission of a refused scan',
    'attendance',
    () => scans().updateOne({ _id: SCAN }, set({ decision: 'REFUSED' })),
    /is REFUSED for ticket TICKET1/,
  ],
  [
    'an admitted scan that moved nobody',
    'attendance',
    () => scans().updateOne({ _id: REFUSED_SCAN }, set({ decision: 'ADMITTED' })),
    /scan-2 let ticket TICKET1 pass/,
  ],
  [
    'a wrong count of movements',
    'attendance',
    () => admissions().updateOne({}, set({ version: 2 })),
    /version 2 and 1 movements/,
  ],
  [
    'somebody inside who has left',
    'attendance',
    () => admissions().updateOne({}, set({ inside: false })),
    /says outside/,
  ],
  [
    'an admission of a ticket never issued',
    'attendance',
    () => tickets().deleteOne({ _id: TICKETS[0] }),
    /TICKET1 was let in and was never issued/,
  ],
  [
    'a document newer than its fact',
    'facts',
    () => tickets().updateOne({ _id: TICKETS[0] }, set({ version: 2 })),
    /tickets.tickets TICKET1 has version 2, and the newest fact has 1/,
  ],
  [
    'a document older than its fact',
    'facts',
    () => orders().updateOne({ _id: ORDER }, set({ version: 4 })),
    /tickets.orders order-1 has version 4, and the newest fact has 5/,
  ],
  [
    'a document that told nobody',
    'facts',
    () => payments().insertOne({ _id: 'order-9', version: 1, state: 'FAILED' }),
    /payments.payments order-9 has version 1, and no fact/,
  ],
  [
    'a fact without its document',
    'facts',
    () => scans().deleteOne({ _id: REFUSED_SCAN }),
    /version 1 of scan-2, and there is no such document/,
  ],
  [
    'a damaged copy',
    'copies',
    () => sound.collection('checkin', 'tickets').updateOne({ _id: TICKETS[0] }, set({ holderId: 'a thief' })),
    /checkin.tickets: TICKET1 differs from its fact/,
  ],
];

describe('npm run verify', () => {
  it('finds a sound house sound, and looks at something for each invariant', async () => {
    const verification = await verify(sound.house, INVARIANTS, soon);
    expect(asText(verification)).toContain('All is well.');
    expect(verification.unrest).toBeUndefined();
    for (const { name, judged, violations } of verification.verdicts) {
      expect([name, [...violations.values()]]).toEqual([name, []]);
      if (name !== 'refunds') expect([name, judged]).not.toEqual([name, 0]);
    }
    expect(JSON.parse(asJson(verification))).toMatchObject({ clean: true, quiet: true });
  });

  it('has a planted violation for every invariant', () => {
    expect(new Set(PLANTS.map(([, invariant]) => invariant))).toEqual(
      new Set(INVARIANTS.map(({ name }) => name)),
    );
  });

  it.each(PLANTS)('finds %s (%s)', async (_, invariant, plant, told) => {
    await plant();
    try {
      const verification = await lookFor(invariant);
      expect(isClean(verification)).toBe(false);
      expect(asText(verification)).toMatch(told);
      expect(JSON.parse(asJson(verification))).toMatchObject({ clean: false });
    } finally {
      await sound.furnish();
    }
  });

  it('takes a fact that waits in its outbox for told', async () => {
    const outbox = [{ topic: 'tickets.tickets.v1', aggregateId: TICKETS[0], aggregateVersion: 2 }];
    await tickets().updateOne({ _id: TICKETS[0] }, set({ version: 2, outbox }));
    const found = await lookFor('facts');
    await sound.furnish();
    expect(asText(found)).toContain('All is well.');
  });

  it('does not judge what is on its way, and says so', async () => {
    await orders().updateOne({ _id: ORDER }, set({ state: 'ISSUING' }));
    await tickets().deleteMany({});
    const found = await lookFor('money');
    await sound.furnish();
    expect(found.unrest).toBe('1 orders on their way');
    expect(isClean(found)).toBe(true);
    expect(asText(found)).toContain('not judged: 1 orders on their way');
  });

  it('does not take for a violation what is gone at the second look', async () => {
    await tickets().updateOne({ _id: TICKETS[1] }, set({ status: 'VOID' }));
    const looking = verify(
      sound.house,
      INVARIANTS.filter(({ name }) => name === 'money'),
      { waitMs: 0, secondLookAfterMs: 1_000 },
    );
    setTimeout(() => void tickets().updateOne({ _id: TICKETS[1] }, set({ status: 'VALID' })), 500);
    expect(isClean(await looking)).toBe(true);
    await sound.furnish();
  });

  it('knows every state topic, or says why it is not judged', () => {
    const known = [...Object.keys(PUBLISHED_AGGREGATES), ...Object.keys(NOT_JUDGED)];
    const states = topics.filter(({ kind }) => kind === 'state').map(({ name }) => name);
    expect([...known].sort()).toEqual([...states].sort());
  });
});
