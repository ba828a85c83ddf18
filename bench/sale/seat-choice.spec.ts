import fc from 'fast-check';
import { SeatsInSight } from './seat-choice.ts';

const plan = [
  { sectionId: 'stalls', ids: ['stalls-A-1', 'stalls-A-2', 'stalls-A-3', 'stalls-B-1', 'stalls-B-2'] },
  { sectionId: 'box', ids: ['box-1', 'box-2'].map((seat) => `${seat}-1`) },
];
const sight = (stalls: string, box = 'FF') =>
  new SeatsInSight(plan, {
    seatMap: {
      sections: [
        { sectionId: 'stalls', states: stalls, ticketType: { id: 'cheap' } },
        { sectionId: 'box', states: box, ticketType: { id: 'dear' } },
      ],
    },
  });

describe('seats that a person chooses from the map', () => {
  it('are free neighbours of one row, of the ticket type', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (dice) => {
        const seats = sight('FFFFF').choose('cheap', 2, () => dice);
        expect([
          ['stalls-A-1', 'stalls-A-2'],
          ['stalls-A-2', 'stalls-A-3'],
          ['stalls-B-1', 'stalls-B-2'],
        ]).toContainEqual(seats);
      }),
    );
    expect(sight('FHFTF').choose('cheap', 2, () => 0.5)).toBeUndefined();
    expect(sight('FFFFF').choose('dear', 2, () => 0.5)).toBeUndefined();
  });

  it('are others after some were found taken', () => {
    const map = sight('FFFBB');
    map.areTaken(['stalls-A-1']);
    expect(map.choose('cheap', 2, () => 0)).toEqual(['stalls-A-2', 'stalls-A-3']);
    map.areTaken(['stalls-A-3']);
    expect(map.choose('cheap', 2, () => 0)).toBeUndefined();
    expect(map.choose('cheap', 1, () => 0)).toEqual(['stalls-A-2']);
  });

  it('are none of an event that shows no map', () => {
    expect(new SeatsInSight(plan, { seatMap: null }).choose('cheap', 1, () => 0)).toBeUndefined();
  });
});
