import type { RowLayout } from '../plan-layout.ts';
import { numbersOf, rowSeatCount } from '../seats.ts';

/**
 * The rows with `share` of their seats as accessible places, each with the seat beside it for a companion. From the
 * back row on, where the way in is level, and there from the left.
 */
export function withAccessiblePlaces(rows: readonly RowLayout[], share: number): RowLayout[] {
  let wanted = Math.ceil(rows.reduce((sum, row) => sum + rowSeatCount(row), 0) * share);
  const marked = rows.toReversed().map((row): RowLayout => {
    if (wanted === 0) return row;
    const pairs = row.runs.flatMap((run) => pairsOf(numbersOf(run))).slice(0, wanted);
    wanted -= pairs.length;
    const companion = pairs.flatMap(([, beside]) => (beside === undefined ? [] : [beside]));
    return {
      ...row,
      accessible: pairs.map(([place]) => place),
      ...(companion.length > 0 ? { companion } : {}),
    };
  });
  return marked.reverse();
}

/** A place and the seat beside it; the last of an odd number stands alone. */
function pairsOf(numbers: readonly number[]): [place: number, beside?: number][] {
  const pairs: [number, number?][] = [];
  for (let i = 0; i < numbers.length; i += 2) {
    const [place, beside] = numbers.slice(i, i + 2);
    if (place !== undefined) pairs.push(beside === undefined ? [place] : [place, beside]);
  }
  return pairs;
}
