import { paint } from './narrator.ts';
import type { Check } from '../checks.ts';

const HEADINGS = ['Check', 'Expected', 'Found', ''];

/** The closing table, a line for each check. */
export function checkTable(checks: readonly Check[]): string {
  const rows = checks.map(({ what, expected, found, holds }) => [
    what,
    expected,
    found,
    holds ? 'ok' : 'OFF',
  ]);
  const widths = HEADINGS.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  const body = rows.map((row, i) => (checks[i]?.holds ? line(row) : paint('red', line(row))));
  return [paint('bold', line(HEADINGS)), line(widths.map((width) => '─'.repeat(width))), ...body].join('\n');
}
