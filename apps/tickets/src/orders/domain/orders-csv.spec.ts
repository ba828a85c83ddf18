import fc from 'fast-check';
import { toCell } from './orders-csv.ts';

/** What RFC 4180 makes of one field. */
function read(cell: string): string {
  return cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell;
}

const hostile = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc
    .tuple(fc.constantFrom('=', '+', '-', '@', '\t', '\r', '"', ',', '\n'), fc.string())
    .map((parts) => parts.join('')),
);

describe('a cell of an export', () => {
  it('is one field, and is read as the text it was, but for the apostrophe that keeps it from being run', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const cell = toCell(text);
        const back = read(cell);
        expect(/^[=+\-@\t\r]/.test(back)).toBe(false);
        expect(back === text || back === `'${text}`).toBe(true);
        expect(cell.startsWith('"') || !/[",\r\n]/.test(cell)).toBe(true);
        if (cell.startsWith('"')) expect(/^"([^"]|"")*"$/.test(cell)).toBe(true);
      }),
    );
  });

  it.each([
    ['=1+1', "'=1+1"],
    ['+49 30 1234', "'+49 30 1234"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'\t=1"],
    ['\r=1', `"'\r=1"`],
    ['Ada "the first", Countess', '"Ada ""the first"", Countess"'],
    ['Zoë 😀', 'Zoë 😀'],
    ['', ''],
  ])('%j becomes %j', (text, cell) => expect(toCell(text)).toBe(cell));
});
