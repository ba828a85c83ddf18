import { jest } from '@jest/globals';
import { SoldOut } from '../domain/failures.ts';
import { KnownShortages } from './known-shortages.ts';

const cart = (...quantities: number[]) =>
  quantities.map((quantity, i) => ({ ticketTypeId: `type ${i + 1}`, quantity }));

describe('what is known to be short', () => {
  let nowMs = 0;
  let known: KnownShortages;

  beforeEach(() => {
    jest.spyOn(performance, 'now').mockImplementation(() => nowMs);
    nowMs = 1_000;
    known = new KnownShortages();
  });

  afterEach(() => jest.restoreAllMocks());

  it('refuses carts that ask for more than was free, and no others', () => {
    known.note('event', new SoldOut('type 1', 2), known.moment());
    expect(known.of('event', cart(3))).toMatchObject({ ticketTypeId: 'type 1', available: 2 });
    expect(known.of('event', cart(2))).toBeUndefined();
    expect(known.of('event', [{ ticketTypeId: 'type 2', quantity: 9 }])).toBeUndefined();
    expect(known.of('another', cart(3))).toBeUndefined();
    known.note('event', new SoldOut('type 2', 0), known.moment());
    expect(known.of('event', cart(1, 1))).toMatchObject({ ticketTypeId: 'type 2', available: 0 });
  });

  it('is known for a quarter of a second from before Redis was asked', () => {
    const askedAt = known.moment();
    nowMs += 200;
    known.note('event', new SoldOut('type 1', 0), askedAt);
    nowMs += 49;
    expect(known.of('event', cart(1))).toBeDefined();
    nowMs += 1;
    expect(known.of('event', cart(1))).toBeUndefined();
  });

  it('is unknown again as soon as units come back here', () => {
    known.note('event', new SoldOut('type 1', 0), known.moment());
    known.forget('event');
    expect(known.of('event', cart(1))).toBeUndefined();
  });
});
