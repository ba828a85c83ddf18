import { z } from 'zod';
import { encodeCursor, parseInput } from '#kernel';
import { INSTANT_KEY, pageArguments } from './connection.ts';

const page = z.object(pageArguments(INSTANT_KEY));

describe('the arguments of a list, newest first', () => {
  it('may be left out, and take a cursor of such a list', () => {
    expect(parseInput(page, {})).toEqual({ ok: true, value: { first: 20, after: undefined } });
    expect(parseInput(page, { first: null, after: null })).toEqual(parseInput(page, {}));
    const last = [1_700_000_000_000, 'order-1'] as const;
    expect(parseInput(page, { first: 1, after: encodeCursor(last) })).toEqual({
      ok: true,
      value: { first: 1, after: last },
    });
  });

  it.each([
    ['of no list', 'made up'],
    ['of another list', encodeCursor(['Olympia', 'venue-1'])],
    ['empty', ''],
  ])('refuse a cursor that is %s', (_, after) => {
    expect(parseInput(page, { after })).toMatchObject({
      ok: false,
      failure: { field: 'after', message: expect.stringMatching(/^after: not a cursor of this list/) },
    });
  });
});
