import { EVENT, ORDER, SoundHouse, TICKETS, TYPE } from '../test/sound-house.ts';
import { INVARIANTS } from './invariants/index.ts';
import { asJson, asText } from './report.ts';
import { isClean, type Verification, verify } from './verify.ts';

/** Real: the three engines and the checks. The house is furnished by hand; its one order is given back in many ways. */
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

const orders = () => sound.collection('tickets', 'orders');
const tickets = () => sound.collection('tickets', 'tickets');
const payments = () => sound.collection('payments', 'payments');
const inventory = () => sound.collection('tickets', 'inventory');
const set = (fields: object) => ({ $set: fields });

const HOUR_AGO = new Date(Date.now() - 3_600_000);
const amount = { amount: 2_000, currency: 'EUR' };
const refunding = (status: string, plannedAt: Date) => ({
  state: 'REFUNDING',
  refunds: [{ refundId: 'r', amount, status, plannedAt }],
});

/** The order is given back as it should be. */
async function giveBack(): Promise<void> {
  await orders().updateOne({ _id: ORDER }, set({ ...refunding('PAID', HOUR_AGO), state: 'REFUNDED' }));
  await payments().updateOne(
    { _id: ORDER },
    set({ state: 'REFUNDED', refunds: [{ refundId: 'r', amount }] }),
  );
  await tickets().updateMany({ orderId: ORDER }, set({ status: 'VOID' }));
  await inventory().updateOne({ _id: EVENT }, set({ [`pools.${TYPE}.sold`]: 0 }));
}

type Plant = [what: string, invariant: string, plant: () => Promise<unknown>, told: RegExp];

const PLANTS: Plant[] = [
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
      await giveBack();
      const refunds = [
        { refundId: 'r', amount: { amount: 1_500, currency: 'EUR' } },
        { refundId: 'q', amount: { amount: 500, currency: 'EUR' }, refusal: 'REFUND_REFUSED' },
      ];
      await payments().updateOne({ _id: ORDER }, set({ refunds }));
    },
    /of its 2000 minor units it notes 2000 as paid back, and payments 1500/,
  ],
  [
    'a refunded order with a valid ticket',
    'refunds',
    async () => {
      await giveBack();
      await tickets().updateOne({ _id: TICKETS[0] }, set({ status: 'VALID' }));
    },
    /order-1 is REFUNDED, but 1 of its tickets are valid/,
  ],
  [
    'a refunded order that keeps its units',
    'pools',
    async () => {
      await giveBack();
      await inventory().updateOne({ _id: EVENT }, set({ open: false, [`pools.${TYPE}.sold`]: 2 }));
    },
    /type-1: 2 sold, but its orders have 0/,
  ],
];

describe('npm run verify, of orders that are given back', () => {
  it.each(PLANTS)('finds %s (%s)', async (_, invariant, plant, told) => {
    await plant();
    const verification = await lookFor(invariant);
    expect(isClean(verification)).toBe(false);
    expect(asText(verification)).toMatch(told);
  });

  it('finds an order sound that was given back', async () => {
    await giveBack();
    const found = await Promise.all(['refunds', 'money', 'pools'].map(lookFor));
    for (const verification of found) expect(asText(verification)).toContain('All is well.');
    expect(found[0]?.verdicts[0]?.judged).toBe(1);
  });

  it('warns of a refund that waits for a person, and leaves one alone that was just asked for', async () => {
    const refused = { ...refunding('FAILED', HOUR_AGO), refundFailedAt: HOUR_AGO };
    await orders().updateOne({ _id: ORDER }, set(refused));
    const waiting = await lookFor('refunds');
    expect([isClean(waiting), waiting.unrest]).toEqual([true, undefined]);
    expect(asText(waiting)).toMatch(/warning: order order-1: its provider refuses refund r/);
    expect(JSON.parse(asJson(waiting)).invariants[0].warnings).toHaveLength(1);
    await sound.furnish();
    await orders().updateOne({ _id: ORDER }, set(refunding('REQUESTED', new Date())));
    const fresh = await lookFor('refunds');
    expect(isClean(fresh)).toBe(true);
    expect(fresh.unrest).toBe('1 orders on their way');
  });
});
