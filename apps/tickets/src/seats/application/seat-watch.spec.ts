import type { Stock } from '../../inventory/infrastructure/stock.ts';
import { planOf, row, seatedTypes } from '../../../test/seated-house.ts';
import { EventSeating } from '../domain/event-seating.ts';
import { SeatLayout } from '../domain/seat-layout.ts';
import type { SeatMapChange } from '../domain/seat-map.ts';
import { SeatBoard } from '../infrastructure/seat-board.ts';
import { type SeatMapStream, SeatWatch } from './seat-watch.ts';

const sections = planOf('plan', { left: [row('A', 2, 5)], right: [row('A', 2, 5)] });
const [left, right] = seatedTypes(sections);

/** Which ticket type sells the section on the left, and which the other. */
function seatingOf(...sellers: (typeof left)[]): EventSeating {
  const ticketTypes = sellers.flatMap((type, i) =>
    type ? [{ ...type, sectionIds: [sections[i]?.sectionId ?? ''] }] : [],
  );
  return new EventSeating({ planId: 'plan', ticketTypes }, new SeatLayout(sections));
}

const sellersIn = ({ snapshot }: SeatMapChange): [string, string][] | undefined =>
  snapshot?.sections.map(({ sectionId, ticketTypeId }) => [sectionId, ticketTypeId]);

let reader: SeatMapStream | undefined;

afterEach(() => reader?.return());

it('never tells of seats by what was sold before, though others have read what is sold now', async () => {
  const [before, after] = [seatingOf(left, right), seatingOf(right, left)];
  let reading = { version: 1, letters: 'FFFF', seating: before.token };
  const board = new SeatBoard('EVENT00000', {
    readSeats: () => Promise.resolve(reading),
  } as unknown as Stock);
  await board.readSince(performance.now());
  const watch = new SeatWatch(
    { board, seating: before },
    () => Promise.resolve({ board, seating: after }),
    () => undefined,
  );
  reader = watch.join(undefined);
  const first = await reader.next();
  expect(first.value && sellersIn(first.value)).toEqual([
    ['left', left?.ticketTypeId],
    ['right', right?.ticketTypeId],
  ]);
  reading = { version: 2, letters: 'FFFF', seating: after.token };
  await board.readSince(performance.now());
  const second = reader.next();
  watch.hint();
  const { value } = await second;
  expect(value && Object.fromEntries(sellersIn(value) ?? [])).toEqual({
    left: right?.ticketTypeId,
    right: left?.ticketTypeId,
  });
});
