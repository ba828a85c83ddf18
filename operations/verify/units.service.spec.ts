import { itFinds, lookFor, useSoundHouse } from '../test/looks.ts';
import { groundOf, set } from '../test/plants/ground.ts';
import { salesPlants } from '../test/plants/sales.ts';
import { seatsPlants } from '../test/plants/seats.ts';
import { unitsPlants } from '../test/plants/units.ts';
import { EVENT, ORDER, TYPE } from '../test/purchase/ids.ts';
import { asText } from './report.ts';
import { isClean } from './verify.ts';

/** Real: the three engines and the checks. The house is furnished by hand, and each violation planted in it. */
const sound = useSoundHouse();

const ground = groundOf(sound);
const { orders, inventory, sales, claims, redis, key } = ground;

describe('npm run verify, of units and limits', () => {
  itFinds(sound, unitsPlants(ground));
});

describe('npm run verify, of seats', () => {
  itFinds(sound, seatsPlants(ground));

  it('does not judge a claim that waits to be looked at', async () => {
    await claims().insertOne({ _id: `${EVENT}:hall-A-4`, orderId: 'order-9', checkAt: new Date() });
    await redis().setrange(key('seats'), 3, 'T');
    const found = await lookFor(sound(), 'seats');
    expect(isClean(found)).toBe(true);
    expect(asText(found)).toContain('1 claims that are looked at within minutes');
  });
});

describe('npm run verify, of the sales log', () => {
  itFinds(sound, salesPlants(ground));

  const daysAgo = (days: number): Date => new Date(Date.now() - days * 86_400_000);
  const counted = (fields: object) => inventory().updateOne({ _id: EVENT }, set(fields));

  it('finds a log sound whose beginning is forgotten', async () => {
    await orders().updateOne({ _id: ORDER }, set({ placedAt: daysAgo(31) }));
    await sales().deleteMany({});
    expect(asText(await lookFor(sound(), 'sales-log'))).toContain('All is well.');
  });

  it('allows for gaps among sales that are being forgotten', async () => {
    await orders().updateOne({ _id: ORDER }, set({ placedAt: daysAgo(30) }));
    await sales().updateOne({}, set({ at: daysAgo(30) }));
    await counted({ seq: 3, logged: 3 });
    expect(asText(await lookFor(sound(), 'sales-log'))).toContain('All is well.');
  });

  it('does not judge a sale that is being logged, and calls the house unquiet', async () => {
    const sale = {
      kind: 'CLAIM',
      orderId: ORDER,
      lines: [{ ticketTypeId: TYPE, quantity: 2, amount: 2_000 }],
    };
    await sales().deleteMany({});
    await counted({ logged: 0, moves: [{ ...sale, at: new Date(), deadline: new Date() }] });
    const found = await lookFor(sound(), 'sales-log');
    expect(isClean(found)).toBe(true);
    expect(found.unrest).toBe('sales of 1 events on their way');
    expect(asText(found)).toContain('not judged: 1 sales that are being logged');
  });

  it('does not miss what was sold before there were logs', async () => {
    await sales().deleteMany({});
    await counted({ logBegins: 1 });
    const found = await lookFor(sound(), 'sales-log');
    expect(isClean(found)).toBe(true);
    expect(asText(found)).toContain('1 orders that were sold before their event had a log');
  });

  it.each([
    ['that claims', { state: 'CLAIMING' }],
    ['that waits for its tickets', { state: 'ISSUING' }],
    ['that begins to be given back', { state: 'REFUNDING', refunds: [] }],
    ['whose claim is undone', { state: 'CANCELLING' }],
  ])('finds the sale of an order sound %s', async (_, change) => {
    await orders().updateOne({ _id: ORDER }, set(change));
    expect(isClean(await lookFor(sound(), 'sales-log'))).toBe(true);
  });
});
