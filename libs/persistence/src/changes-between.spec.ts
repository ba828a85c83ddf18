import fc from 'fast-check';
import { changesBetween } from './changes-between.ts';

interface Lamp {
  readonly id: string;
  readonly lit: boolean;
  readonly colour?: string;
  readonly bulbs?: readonly { readonly watts: number }[];
}

const bulbs = [{ watts: 40 }];
const lamp: Lamp = { id: 'lamp', lit: false, colour: 'red', bulbs };

describe('the changes between two states', () => {
  it.each<[string, Lamp, object]>([
    ['nothing', { ...lamp }, { $set: {} }],
    ['a value that is another', { ...lamp, lit: true }, { $set: { lit: true } }],
    ['a list that is another', { ...lamp, bulbs: [...bulbs] }, { $set: { bulbs } }],
    ['a field that is undefined now', { ...lamp, colour: undefined }, { $set: {}, $unset: { colour: '' } }],
    [
      'fields that are left out',
      { id: 'lamp', lit: true },
      { $set: { lit: true }, $unset: { colour: '', bulbs: '' } },
    ],
  ])('are %s', (_what, after, changes) => {
    expect(changesBetween(lamp, after)).toEqual(changes);
  });

  it('are a field that there was not before, but not one that was undefined and still is', () => {
    const plain: Lamp = { id: 'lamp', lit: false, colour: undefined };
    expect(changesBetween(plain, { ...plain, bulbs })).toEqual({ $set: { bulbs } });
  });

  it('make the one of the other, and name nothing that is the same in both', () => {
    const state = fc.dictionary(
      fc.constantFrom('a', 'b', 'c', 'd'),
      fc.option(fc.nat(2), { nil: undefined }),
    );
    fc.assert(
      fc.property(state, state, (before, after) => {
        const { $set, $unset = {} } = changesBetween(before, after);
        const made: Record<string, number | undefined> = { ...before, ...$set };
        for (const field of Object.keys($unset)) delete made[field];
        const present = (fields: object): object =>
          Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
        expect(present(made)).toEqual(present(after));
        for (const field of [...Object.keys($set), ...Object.keys($unset)])
          expect(before[field]).not.toBe(after[field]);
      }),
    );
  });
});
