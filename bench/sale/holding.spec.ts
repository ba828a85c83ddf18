import type { Asker, Operation } from '../load/graph-client.ts';
import { LoadError, Tally } from '../load/tally.ts';
import { type CartLine, Visitor } from './buyer.ts';
import { HOLD, LOOK_AT_SEATS } from './documents.ts';
import { Holding } from './holding.ts';

const PLAN = [{ sectionId: 'stalls', ids: ['stalls-A-1', 'stalls-A-2', 'stalls-A-3', 'stalls-A-4'] }];
const event = { id: 'event', ticketTypeId: 'type' };
const buyer = { userId: 'user', token: 'token' };

/** Shows the seats as they were at first; some are taken by then. */
class StaleHouse implements Asker {
  readonly wanted: (readonly string[] | number)[] = [];
  looks = 0;

  constructor(
    private readonly shown: string,
    private readonly taken: readonly string[],
  ) {}

  async ask<V extends object, A>(operation: Operation<V, A>, variables: V): Promise<A> {
    return this.answer(operation.text, variables as { input?: { lines: readonly CartLine[] } }) as A;
  }

  close(): void {}

  private answer(text: string, { input }: { input?: { lines: readonly CartLine[] } }): unknown {
    if (text === LOOK_AT_SEATS.text) {
      this.looks += 1;
      const section = { sectionId: 'stalls', states: this.shown, ticketType: { id: 'type' } };
      return { seatMap: { sections: [section] } };
    }
    const [line] = input?.lines ?? [];
    if (text !== HOLD.text || !line) throw new Error(`nobody expected ${text}`);
    this.wanted.push('seatIds' in line ? line.seatIds : line.quantity);
    const gone = 'seatIds' in line ? line.seatIds.filter((id) => this.taken.includes(id)) : [];
    if (gone.length > 0)
      throw new LoadError('SEAT_TAKEN', 'gone', { code: 'SEAT_TAKEN', message: 'gone', seatIds: gone });
    return { id: 'hold' };
  }
}

function holdingAt(house: StaleHouse, tally = new Tally()): Holding {
  return new Holding(new Visitor(house, tally), tally, { quantity: 2, seatPlan: PLAN }, () => 0);
}

describe('people who choose seats', () => {
  it('choose others when somebody was faster, from the same look at the map', async () => {
    const house = new StaleHouse('FFFF', ['stalls-A-2']);
    const tally = new Tally();
    let tries = 0;
    await holdingAt(house, tally).hold(buyer, event, () => void tries++);
    expect(house.wanted).toEqual([
      ['stalls-A-1', 'stalls-A-2'],
      ['stalls-A-3', 'stalls-A-4'],
    ]);
    expect([house.looks, tries]).toEqual([1, 2]);
    expect(tally.errors).toEqual({ 'hold SEAT_TAKEN': 1 });
  });

  it('look again when nothing is left of what they saw, and then take what there is', async () => {
    const house = new StaleHouse('FFTT', ['stalls-A-1']);
    await holdingAt(house).hold(buyer, event);
    expect(house.looks).toBeGreaterThan(1);
    expect(house.wanted.at(-1)).toBe(2);
  });

  it('ask for the best once the map has shown nothing free', async () => {
    const house = new StaleHouse('TTTT', []);
    const holding = holdingAt(house);
    await holding.hold(buyer, event);
    await holding.hold(buyer, event);
    expect([house.looks, house.wanted]).toEqual([1, [2, 2]]);
  });

  it('stop when they may try no more', async () => {
    const house = new StaleHouse('FFFF', []);
    const stop = () => {
      throw new LoadError('RUSH_IS_OVER', 'enough');
    };
    await expect(holdingAt(house).hold(buyer, event, stop)).rejects.toThrow('RUSH_IS_OVER');
    expect(house.wanted).toEqual([]);
  });
});
