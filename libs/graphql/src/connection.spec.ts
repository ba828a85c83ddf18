import { z } from 'zod';
import { encodeCursor, parseInput } from '#kernel';
import { newestFirstArguments } from './connection.ts';

const page = z.object(newestFirstArguments);

describe('the arguments of a list, newest first', () => {
  it('may be left out, and take a cursor of such a list', () => {
    expect(parseInput(page, {})).toEqual({ ok: true, value: { first: 20, after: undefined } });
    expect(parseInput(page, { first: null, after: null })).toEqual(parseInput(page, {}));
    const after = encodeCursor([1_700_000_000_000, 'order-1']);
    expect(parseInput(page, { first: 1, after })).toEqual({ ok: true, value: { first: 1, after } });
  });

  it.each([
    ['of no list', 'made up'],
    ['of another list', encodeCursor(['Olympia', 'venue-1'])],
    ['empty', ''],
  ])('refuse a cursor that is %s', (_, after) => {
    expect(parseInput(page, { after })).toMatchObject({
      ok: false,
      failure: { field: 'after', message: 'after: must be the `endCursor` of a page of this list' },
    });
  });
});
