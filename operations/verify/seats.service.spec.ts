import { EVENT, ORDER, SEATS, SoundHouse } from '../test/sound-house.ts';
import { seats } from './invariants/seats.ts';
import { asText } from './report.ts';
import { isClean, type Verification, verify } from './verify.ts';

/** Real: the three engines and the check. The house is furnished by hand, and each violation planted in it. */
let sound: SoundHouse;

beforeAll(async () => {
  sound = await SoundHouse.open();
}, 60_000);

afterAll(() => sound?.close());

const claims = () => sound.collection('tickets', 'seat_claims');
const orders = () => sound.collection('tickets', 'orders');
const redis = () => sound.house.redis;
const set = (fields: object) => ({ $set: fields });
const look = (): Promise<Verification> => verify(sound.house, [seats], { waitMs: 0, secondLookAfterMs: 50 });

const PLANTS: [what: string, plant: () => Promise<unknown>, told: RegExp][] = [
  [
    'a seated ticket without its claim',
    () => claims().deleteOne({ _id: `${EVENT}:${SEATS[1]}` }),
    /TICKET2 is valid for seat hall-A-2.*order order-1 has not claimed/,
  ],
  [
    'a seat that is claimed by an order that ended',
    () => orders().updateOne({ _id: ORDER }, set({ state: 'REFUNDED' })),
    /seat EVENT00001:hall-A-1 is claimed by order order-1, which is REFUNDED/,
  ],
  [
    'a seat that is claimed by nobody',
    () => claims().insertOne({ _id: `${EVENT}:hall-A-4`, orderId: 'order-9' }),
    /hall-A-4 is claimed by order order-9, which is not there/,
  ],
  [
    'a seat that its order did not ask for',
    () => claims().insertOne({ _id: `${EVENT}:hall-A-4`, orderId: ORDER }),
    /hall-A-4 is claimed by order order-1, which did not ask for it/,
  ],
  [
    'a held seat that is free in Redis',
    () => redis().setrange(sound.key('seats'), 2, 'F'),
    /place 2 of event EVENT00001 is held by EVENT00001.held, and is F/,
  ],
  [
    'a seat that nobody holds',
    () => redis().setrange(sound.key('seats'), 3, 'H'),
    /place 3 of event EVENT00001 is held by nobody/,
  ],
  [
    'a taken seat that is free in Redis',
    () => redis().setrange(sound.key('seats'), 0, 'F'),
    /Redis has 1 seats taken, and 2 are claimed/,
  ],
];

describe('seats, looked at by npm run verify', () => {
  it.each(PLANTS)('are found wrong: %s', async (_, plant, told) => {
    await plant();
    try {
      const verification = await look();
      expect(isClean(verification)).toBe(false);
      expect(asText(verification)).toMatch(told);
    } finally {
      await sound.furnish();
    }
  });

  it('are not judged while their claim waits to be looked at', async () => {
    await claims().insertOne({ _id: `${EVENT}:hall-A-4`, orderId: 'order-9', checkAt: new Date() });
    await redis().setrange(sound.key('seats'), 3, 'T');
    const verification = await look();
    await sound.furnish();
    expect(isClean(verification)).toBe(true);
    expect(asText(verification)).toContain('1 claims that are looked at within minutes');
  });
});
