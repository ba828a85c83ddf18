import type { SeatReading, Stock } from '../../inventory/infrastructure/stock.ts';
import { planOf, row, seatedTypes } from '../../../test/seated-house.ts';
import { EventSeating } from '../domain/event-seating.ts';
import { SeatLayout } from '../domain/seat-layout.ts';
import { SeatBoard } from './seat-board.ts';

/** Redis' side of a board: letters and versions as a test wants them. */
class Letters {
  private version = 1;
  private letters = 'FFFF';
  private seating = 'seating';

  change(letters: string, seating = this.seating): void {
    this.letters = letters;
    this.seating = seating;
    this.version++;
  }

  readSeats = (_eventId: string, known: number): Promise<SeatReading> =>
    Promise.resolve({
      version: this.version,
      letters: known === this.version ? undefined : this.letters,
      seating: this.seating,
    });
}

let letters: Letters;
let board: SeatBoard;

beforeEach(() => {
  letters = new Letters();
  board = new SeatBoard('EVENT00000', letters as unknown as Stock);
});

async function read(): Promise<number> {
  await board.readSince(performance.now());
  return board.version;
}

describe('a board of seats', () => {
  it('tells what has changed since a version that it remembers, each seat once', async () => {
    const first = await read();
    letters.change('HFFF');
    const second = await read();
    letters.change('TFHF');
    await read();
    expect(board.changedSince(first)).toEqual([0, 2]);
    expect(board.changedSince(second)).toEqual([0, 2]);
    expect(board.changedSince(board.version)).toEqual([]);
    expect(board.changedSince(board.version + 1)).toBeUndefined();
  });

  it('tells nothing but everything across a change of what is sold, though the seats are as many as before', async () => {
    const first = await read();
    letters.change('HFFF');
    const second = await read();
    letters.change('HFFB', 'other sections');
    const third = await read();
    expect(board.changedSince(first)).toBeUndefined();
    expect(board.changedSince(second)).toBeUndefined();
    letters.change('TFFB');
    await read();
    expect(board.changedSince(second)).toBeUndefined();
    expect(board.changedSince(third)).toEqual([0]);
  });

  it('works its map out once a version, for all who ask', async () => {
    const sections = planOf('plan', { hall: [row('A', 4, 5)] });
    const seating = new EventSeating(
      { planId: 'plan', ticketTypes: seatedTypes(sections) },
      new SeatLayout(sections),
    );
    letters.change('FFFF', seating.token);
    await read();
    const empty = board.mapOf(seating);
    expect(empty.sections).toMatchObject([{ sectionId: 'hall', free: 4, states: 'FFFF' }]);
    expect(board.mapOf(seating)).toBe(empty);
    letters.change('HFFF');
    const version = await read();
    expect(board.mapOf(seating)).toMatchObject({ version, sections: [{ free: 3, states: 'HFFF' }] });
  });

  it('does not remember for ever what came to nothing', async () => {
    const first = await read();
    // Each time, a seat was held and released again before the letters were read.
    for (let times = 0; times < 6_000; times++) {
      letters.change('FFFF');
      await read();
    }
    expect(board.changedSince(first)).toBeUndefined();
    expect(board.changedSince(board.version - 1_000)).toEqual([]);
  });
});
