import { itFinds, lookFor, useSoundHouse } from '../test/looks.ts';
import {
  comeBack,
  dispute,
  giveBack,
  giveOneBack,
  HOUR_AGO,
  issueFromDesk,
  payBackAgain,
  refundBooking,
  refunding,
} from '../test/plants/given-back.ts';
import { eur, groundOf, set } from '../test/plants/ground.ts';
import { moneyPlants } from '../test/plants/money.ts';
import { refundsPlants } from '../test/plants/refunds.ts';
import { ORDER } from '../test/purchase/ids.ts';
import { asJson, asText } from './report.ts';
import { isClean } from './verify.ts';

/** Real: the three engines and the checks. The house is furnished by hand; its one order is paid and given back in many ways. */
const sound = useSoundHouse();

const ground = groundOf(sound);
const { orders, payments, ledger } = ground;
/** All that are about an order that was given back. */
const CONCERNED = ['refunds', 'money', 'pools', 'sales-log', 'limits', 'charges', 'provider', 'ledger'];

describe('npm run verify, of money', () => {
  itFinds(sound, moneyPlants(ground));

  it.each([
    ['lost', false],
    ['won', true],
  ])('finds a payment sound whose dispute was %s', async (_, isWon) => {
    await dispute(ground, isWon);
    expect(asText(await lookFor(sound(), ...CONCERNED))).toContain('All is well.');
  });

  it('does not judge a refund that is booked and about to be recorded', async () => {
    await payments().updateOne({ _id: ORDER }, set({ operation: { kind: 'REFUND' } }));
    await ledger().insertOne(refundBooking(500));
    const found = await lookFor(sound(), 'ledger');
    expect([isClean(found), found.unrest]).toEqual([true, '1 payments on their way']);
  });

  it('does not judge a capture that is booked and about to be recorded', async () => {
    await payments().updateOne({ _id: ORDER }, set({ state: 'AUTHORIZED', operation: { kind: 'CAPTURE' } }));
    expect(isClean(await lookFor(sound(), 'ledger', 'provider'))).toBe(true);
  });
});

describe('npm run verify, of orders that are given back', () => {
  itFinds(sound, refundsPlants(ground));

  it.each([
    ['that was given back', () => giveBack(ground)],
    ['of which a ticket was taken back', () => giveOneBack(ground)],
    ['whose refund came back, and was paid again', () => payBackAgain(ground)],
    ['that was sold at the door', () => issueFromDesk(ground, { channel: 'BOX_OFFICE', paidBy: 'CASH' })],
    [
      'that was sold at the door, of which a ticket was taken back',
      async () => {
        await giveOneBack(ground, { channel: 'BOX_OFFICE', paidBy: 'CASH' });
        await issueFromDesk(ground, {});
      },
    ],
  ] as const)('finds an order sound %s', async (_, make) => {
    await make();
    const found = await lookFor(sound(), ...CONCERNED);
    expect(asText(found)).toContain('All is well.');
    expect(found.verdicts).toHaveLength(CONCERNED.length);
  });

  it('warns of a refund that waits for a person, and judges its units', async () => {
    const refused = { ...refunding('FAILED', HOUR_AGO), refundFailedAt: HOUR_AGO };
    await orders().updateOne({ _id: ORDER }, set(refused));
    const waiting = await lookFor(sound(), 'refunds', 'pools');
    expect([isClean(waiting), waiting.unrest]).toEqual([true, undefined]);
    expect(asText(waiting)).toMatch(/warning: order order-1: its provider refuses refund r/);
    expect(asText(waiting)).not.toContain('not judged');
    expect(JSON.parse(asJson(waiting)).invariants[1].warnings).toHaveLength(1);
  });

  it('warns of a refund that came back, and judges all the rest of it', async () => {
    await comeBack(ground);
    const found = await lookFor(sound(), ...CONCERNED);
    expect([isClean(found), found.unrest]).toEqual([true, undefined]);
    expect(asText(found)).toMatch(/warning: order order-1: its provider refuses refund r/);
  });

  it('does not judge a refund that came back while the provider is asked about it', async () => {
    await comeBack(ground);
    const refunds = [{ refundId: 'r', amount: eur(2_000) }];
    await payments().updateOne({ _id: ORDER }, set({ state: 'REFUNDED', refunds, doubts: ['r'] }));
    const found = await lookFor(sound(), 'ledger', 'provider', 'refunds');
    expect([isClean(found), found.unrest]).toEqual([true, '1 payments on their way']);
  });

  it('leaves a refund alone that was just asked for', async () => {
    await orders().updateOne({ _id: ORDER }, set(refunding('REQUESTED', new Date())));
    const fresh = await lookFor(sound(), 'refunds');
    expect([isClean(fresh), fresh.unrest]).toEqual([true, '1 orders on their way']);
  });

  it('agrees with a provider that pays back in parts', async () => {
    const parts = [1_500, 500].map((amount, i) => ({ refundId: `r${i}`, amount: eur(amount) }));
    await payments().updateOne({ _id: ORDER }, set({ state: 'REFUNDED', refunds: parts }));
    await ground.intents().updateOne({ orderId: ORDER }, set({ refunded: 2_000 }));
    expect(isClean(await lookFor(sound(), 'provider'))).toBe(true);
  });
});
