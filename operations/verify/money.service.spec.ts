import { ORDER, PAYMENT, SoundHouse } from '../test/sound-house.ts';
import { INVARIANTS } from './invariants/index.ts';
import { asText } from './report.ts';
import { isClean, type Verification, verify } from './verify.ts';

/** Real: the three engines and the checks. The house is furnished by hand; its ledger and its provider are falsified. */
let sound: SoundHouse;

beforeAll(async () => {
  sound = await SoundHouse.open();
}, 60_000);

afterAll(() => sound?.close());
afterEach(() => sound.furnish());

const lookFor = (name: string): Promise<Verification> =>
  verify(
    sound.house,
    INVARIANTS.filter((invariant) => invariant.name === name),
    { waitMs: 0, secondLookAfterMs: 50 },
  );

const tickets = () => sound.collection('tickets', 'tickets');
const payments = () => sound.collection('payments', 'payments');
const ledger = () => sound.collection('payments', 'ledger');
const intents = () => sound.intents();
const set = (fields: object) => ({ $set: fields });

const refund = { refundId: 'r', amount: { amount: 500, currency: 'EUR' } };
const refundBooking = (amount: number) => ({
  _id: `${PAYMENT}:REFUND:r`,
  kind: 'REFUND',
  orderId: ORDER,
  currency: 'EUR',
  entries: [
    { account: 'organization', amount },
    { account: 'provider', amount: -amount },
  ],
});

type Plant = [what: string, invariant: string, plant: () => Promise<unknown>, told: RegExp];

const PLANTS: Plant[] = [
  [
    'a transaction in the wrong currency',
    'ledger',
    () => ledger().updateOne({}, set({ currency: 'USD' })),
    /payment-1:CAPTURE is in USD, and its payment in EUR/,
  ],
  [
    'an entry of nothing',
    'ledger',
    () => ledger().updateOne({}, { $push: { entries: { account: 'nobody', amount: 0 } } } as object),
    /payment-1:CAPTURE has an entry that moves no whole minor units/,
  ],
  [
    'a refund that is booked and that nobody paid',
    'ledger',
    () => ledger().insertOne(refundBooking(500)),
    /payment-1:REFUND:r is no capture of its payment, and no refund that was paid/,
  ],
  [
    'a refund that is booked with another amount',
    'ledger',
    async () => {
      await payments().updateOne({ _id: ORDER }, set({ refunds: [refund] }));
      await ledger().insertOne(refundBooking(400));
    },
    /payment-1:REFUND:r is of 400 minor units, and its refund of 500/,
  ],
  [
    'a refund that was paid and is not booked',
    'ledger',
    () => payments().updateOne({ _id: ORDER }, set({ refunds: [refund] })),
    /refund payment-1:REFUND:r was paid and is not in the ledger/,
  ],
  [
    'an authorization that is left behind',
    'money',
    async () => {
      await payments().updateOne({ _id: ORDER }, set({ state: 'VOIDED' }));
      await ledger().deleteMany({});
      await tickets().updateMany({}, set({ status: 'VOID' }));
      await intents().updateOne({}, set({ status: 'AUTHORIZED' }));
    },
    /is VOIDED, but its provider still reserves the money \(intent-1\)/,
  ],
  [
    'money that the provider says was never taken',
    'money',
    () => intents().updateOne({}, set({ status: 'AUTHORIZED' })),
    /is CAPTURED, but its provider has not taken the money: the intent is AUTHORIZED/,
  ],
  [
    'a provider that charges another amount',
    'charges',
    () => intents().updateOne({}, set({ 'amount.amount': 2_100 })),
    /of EUR 20.00, and its provider charges EUR 21.00/,
  ],
  [
    'a provider that has paid back what nobody asked for',
    'charges',
    () => intents().updateOne({}, set({ refunded: 500 })),
    /its provider has paid back 500 minor units, and payments says 0/,
  ],
];

describe('npm run verify, of money', () => {
  it.each(PLANTS)('finds %s (%s)', async (_, invariant, plant, told) => {
    await plant();
    const verification = await lookFor(invariant);
    expect(isClean(verification)).toBe(false);
    expect(asText(verification)).toMatch(told);
  });

  it('finds a part that was paid back sound when payment, ledger and provider agree', async () => {
    await payments().updateOne({ _id: ORDER }, set({ refunds: [refund] }));
    await ledger().insertOne(refundBooking(500));
    await intents().updateOne({}, set({ refunded: 500 }));
    for (const name of ['ledger', 'charges']) expect(asText(await lookFor(name))).toContain('All is well.');
  });

  it('does not judge a refund that is booked and about to be recorded', async () => {
    await payments().updateOne({ _id: ORDER }, set({ operation: { kind: 'REFUND' } }));
    await ledger().insertOne(refundBooking(500));
    const found = await lookFor('ledger');
    expect([isClean(found), found.unrest]).toEqual([true, '1 payments on their way']);
  });
});
