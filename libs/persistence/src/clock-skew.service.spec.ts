import { MongoClient } from 'mongodb';
import type { Clock } from '#kernel';
import { createLogger } from '#observability';
import { testSettings } from '#testing';
import { ClockIsOff, ClockSkew } from './clock-skew.ts';

/** Real: MongoDB and its clock. */
const client = new MongoClient(testSettings().MONGODB_URI);
const logger = createLogger('test', 'silent');

afterAll(() => client.close());

function skewOf(aheadMs: number): ClockSkew {
  const clock: Clock = { now: () => new Date(Date.now() + aheadMs) };
  return new ClockSkew(client.db('admin'), clock, logger);
}

const MINUTES_5 = 5 * 60_000;

describe('a clock', () => {
  it("that goes with MongoDB's is fine", async () => {
    await expect(skewOf(0).check()).resolves.toBeUndefined();
    await expect(skewOf(900).check()).resolves.toBeUndefined();
    await expect(skewOf(-900).check()).resolves.toBeUndefined();
  });

  it.each([
    [MINUTES_5, /300\.\d s ahead of MongoDB's: set the time/],
    [-MINUTES_5, /(299|300)\.\d s behind MongoDB's: set the time/],
  ])('that is %i ms off makes the process unready, and says so', async (aheadMs, message) => {
    const check = skewOf(aheadMs).check();
    await expect(check).rejects.toThrow(ClockIsOff);
    await expect(check).rejects.toThrow(message);
  });
});
