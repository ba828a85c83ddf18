import fc from 'fast-check';
import { normalizeSearch, searchKeysOf } from './search.ts';

/** Whether a search for a text finds somebody of that name: by the beginning of a key. */
function finds(search: string, name: string): boolean {
  return searchKeysOf(name).some((key) => key.startsWith(normalizeSearch(search)));
}

describe('a search by name', () => {
  it.each([
    ['lovelace', 'Ada Lovelace'],
    ['ADA LOV', 'Ada Lovelace'],
    [' ada  lovelace ', 'Ada\u00a0Lovelace'],
    ['élod'.normalize('NFD'), 'Élodie'.normalize('NFC')],
    ['ÉLODIE'.normalize('NFC'), 'Élodie'.normalize('NFD')],
    ['STRASSE', 'Anna Straße'],
    ['ΟΔΥΣ', 'Οδυσσευς'],
    ['οδυσσευσ', 'ΟΔΥΣΣΕΥΣ'],
    ['ada', 'ＡＤＡ'],
    ['Щер', 'щербаков'],
  ])('%j finds %j', (search, name) => expect(finds(search, name)).toBe(true));

  it.each([
    ['lace', 'Ada Lovelace'],
    ['elodie', 'Élodie'],
    ['.*', 'Ada'],
  ])('%j does not find %j', (search, name) => expect(finds(search, name)).toBe(false));

  it('finds a name by every beginning of it, in any case and any form of Unicode', () => {
    const letters = fc.array(fc.constantFrom(...'aéßΣςσıñжЩçŒ x'), { minLength: 2, maxLength: 12 });
    const written = fc.constantFrom<((text: string) => string)[]>(
      (text) => text.toUpperCase(),
      (text) => text.toLowerCase(),
      (text) => text.normalize('NFD'),
    );
    fc.assert(
      fc.property(letters, fc.nat(), written, written, (name, cut, one, other) => {
        const beginning = name.slice(0, 1 + (cut % name.length));
        expect(finds(one(beginning.join('')), other(name.join('')))).toBe(true);
      }),
    );
  });
});
