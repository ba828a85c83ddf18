import fc from 'fast-check';
import { type Reading, sideBySide } from './side-by-side.ts';

const reading = (ids: readonly string[]): Reading<{ _id: string }> => {
  const iterator = ids.map((_id) => ({ _id })).values();
  return { next: async () => iterator.next().value };
};

/** As MongoDB orders them. */
const inOrder = (ids: readonly string[]) =>
  [...new Set(ids)].sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));

it('gives each id of two sides once, with what either side has of it', async () => {
  const ids = fc.array(fc.string({ unit: 'binary', maxLength: 3 })).map(inOrder);
  await fc.assert(
    fc.asyncProperty(ids, ids, async (ones, others) => {
      const pairs: (readonly [string | undefined, string | undefined])[] = [];
      for await (const [one, other] of sideBySide(reading(ones), reading(others)))
        pairs.push([one?._id, other?._id]);
      const expected = inOrder([...ones, ...others]).map((id) => [
        ones.includes(id) ? id : undefined,
        others.includes(id) ? id : undefined,
      ]);
      expect(pairs).toEqual(expected);
    }),
  );
});
