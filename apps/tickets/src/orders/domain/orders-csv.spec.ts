import fc from 'fast-check';
import { toCell } from './orders-csv.ts';

/** What RFC 4180 makes of one field. */
function read(cell: string): string {
  return cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell;
}

const hostile = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.array(fc.constantFrom(...'=+-@＝＠\t\r\0",; \n1x'), { maxLength: 12 }).map((parts) => parts.join('')),
);

/** The cells of a text in a spreadsheet that takes other separators than the comma, and so no heed of our quotes. */
const cellsElsewhere = (text: string): string[] => text.split(/[;\t\r\n]/);
const withoutApostrophes = (text: string): string => text.replaceAll(/(^|[;\t\r\n])'+/g, '$1');

describe('a cell of an export', () => {
  it('is one field, and is read as the text it was, but for apostrophes that keep it from being run', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const cell = toCell(text);
        const back = read(cell);
        expect(/^[=+\-@＝＋－＠\t\r\n\0]/.test(back)).toBe(false);
        expect(cellsElsewhere(cell).filter((part) => /^[\s\0"]*[=+\-@＝＋－＠]/.test(part))).toEqual([]);
        expect(withoutApostrophes(back)).toBe(withoutApostrophes(text));
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
    ['\t=1', "'\t'=1"],
    ['\r=1', `"'\r'=1"`],
    ['Ada;=1+1;', "Ada;'=1+1;"],
    ['＝1+1', "'＝1+1"],
    ['Ada;＠SUM(A1)', "Ada;'＠SUM(A1)"],
    ['\0=1+1', "'\0=1+1"],
    ['\n1', `"'\n1"`],
    ['Ada;"=1+1"', `"Ada;'""=1+1"""`],
    ['Ada\n=1+1', `"Ada\n'=1+1"`],
    ['Mary-Ann; a=b', 'Mary-Ann; a=b'],
    ['Ada "the first", Countess', '"Ada ""the first"", Countess"'],
    ['Zoë 😀', 'Zoë 😀'],
    ['', ''],
  ])('%j becomes %j', (text, cell) => expect(toCell(text)).toBe(cell));
});
