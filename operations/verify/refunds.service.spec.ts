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
  await inventory().updateOne(
    { _id: EVENT },
    set({ [`pools.${TYPE}.sold`]: 0, [`pools.${TYPE}.revenue`]: 0 }),
  );
}

/** One of its two tickets is taken back as it should be. */
async function giveOneBack(change: object = {}): Promise<void> {
  const price = { amount: 1_000, currency: 'EUR' };
  const returned = {
    ticketIds: [TICKETS[0]],
    lines: [{ ticketTypeId: TYPE, quantity: 1, unitPrice: price }],
    reason: 'ORGANIZER',
    doneAt: HOUR_AGO,
  };
  const refund = { refundId: 'r', amount: price, status: 'PAID', plannedAt: HOUR_AGO };
  await orders().updateOne(
    { _id: ORDER },
    set({ state: 'PARTIALLY_REFUNDED', partial: true, returns: [returned], refunds: [refund], ...change }),
  );
  await payments().updateOne({ _id: ORDER }, set({ refunds: [{ refundId: 'r', amount: price }] }));
  await sound.intents().updateOne({ orderId: ORDER }, set({ refunded: price.amount }));
  await tickets().updateOne({ _id: TICKETS[0] }, set({ status: 'VOID' }));
  await inventory().updateOne(
    { _id: EVENT },
    set({ [`pools.${TYPE}.sold`]: 1, [`pools.${TYPE}.revenue`]: 1_000 }),
  );
  await sound.collection('tickets', 'allowances').updateOne({}, set({ total: 1 }));
}

/** The order as one that a member issued: nobody's limit counts it, and payments never heard of it. */
async function issueFromDesk(change: object): Promise<void> {
  await orders().updateOne({ _id: ORDER }, set(change));
  await payments().deleteMany({});
  await sound.collection('payments', 'ledger').deleteMany({});
  await sound.collection('tickets', 'allowances').deleteMany({});
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
  [
    'a ticket that was taken back and is valid',
    'refunds',
    async () => {
      await giveOneBack();
      await tickets().updateOne({ _id: TICKETS[0] }, set({ status: 'VALID' }));
    },
    /order-1 is PARTIALLY_REFUNDED, but 1 of the tickets that were taken back are valid/,
  ],
  [
    'the wrong ticket made void',
    'refunds',
    async () => {
      await giveOneBack();
      await tickets().updateOne({ _id: TICKETS[1] }, set({ status: 'VOID' }));
    },
    /and has 0 valid tickets where 1 were kept/,
  ],
  [
    'more paid back than the tickets that were taken back',
    'refunds',
    async () => {
      await giveOneBack();
      const more = [{ refundId: 'r', amount: { amount: 1_500, currency: 'EUR' } }];
      await payments().updateOne({ _id: ORDER }, set({ refunds: more }));
    },
    /of its 1000 minor units it notes 1000 as paid back, and payments 1500/,
  ],
  [
    'a ticket that was taken back twice',
    'refunds',
    async () => {
      await giveOneBack();
      const order = await orders().findOne({ _id: ORDER });
      await orders().updateOne({ _id: ORDER }, { $push: { returns: order?.['returns'][0] } });
    },
    /a ticket of it was taken back twice/,
  ],
  [
    'units that were never given back',
    'refunds',
    async () => {
      await giveOneBack();
      await orders().updateOne({ _id: ORDER }, { $unset: { 'returns.0.doneAt': '' } });
    },
    /units of it were never given back/,
  ],
  [
    'a unit that stays sold after its ticket was taken back',
    'pools',
    async () => {
      await giveOneBack();
      await inventory().updateOne({ _id: EVENT }, set({ [`pools.${TYPE}.sold`]: 2 }));
    },
    /type-1: 2 sold, but its orders have 1/,
  ],
  [
    'revenue that stays after its money went back',
    'pools',
    async () => {
      await giveOneBack();
      await inventory().updateOne({ _id: EVENT }, set({ [`pools.${TYPE}.revenue`]: 2_000 }));
    },
    /a revenue of 2000 minor units, but its orders were charged 1000/,
  ],
  [
    'an allowance that still counts a ticket that was taken back',
    'limits',
    async () => {
      await giveOneBack();
      await sound.collection('tickets', 'allowances').updateOne({}, set({ total: 2 }));
    },
    /2 units are counted, and its orders have 1/,
  ],
  [
    'an order with tickets left that is not counted',
    'limits',
    async () => {
      await giveOneBack();
      await sound.collection('tickets', 'allowances').deleteMany({});
    },
    /order order-1 is not counted for account buyer-1/,
  ],
  [
    'a complimentary order that costs something',
    'money',
    () => issueFromDesk({ channel: 'COMPLIMENTARY' }),
    /order-1 is COMPLIMENTARY, and costs 2000 minor units/,
  ],
  [
    'a door sale of which nobody knows how it was paid',
    'money',
    () => issueFromDesk({ channel: 'BOX_OFFICE' }),
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

  it.each([
    ['of which a ticket was taken back', () => giveOneBack()],
    ['that was sold at the door', () => issueFromDesk({ channel: 'BOX_OFFICE', paidBy: 'CASH' })],
    [
      'that was sold at the door, of which a ticket was taken back',
      async () => {
        await giveOneBack({ channel: 'BOX_OFFICE', paidBy: 'CASH' });
        await issueFromDesk({});
      },
    ],
  ] as const)('finds an order sound %s', async (_, make) => {
    await make();
    const found = await Promise.all(['refunds', 'money', 'pools', 'limits', 'charges'].map(lookFor));
    for (const verification of found) expect(asText(verification)).toContain('All is well.');
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
