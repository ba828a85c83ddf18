import type { Check } from '../checks.ts';
import type { Activity, EventFigures } from '../graph/answers.ts';
import { attendanceChecks, liveChecks, priceChecks, salesChecks, type Witness } from './figures.ts';
import { Ledger } from './ledger.ts';

const now = new Date('2027-01-01T12:00:00Z');
const eur = (amount: number) => ({ amount, currency: 'EUR' });
const concert = {
  id: 'concert',
  name: 'Concert',
  capacity: 100,
  balcony: { id: 'balcony', name: 'Balcony' },
  floor: { id: 'floor', name: 'Floor' },
};
const purchase = {
  orderId: 'a',
  ticketTypeId: 'floor',
  quantity: 2,
  quoted: 84_00,
  charged: 84_00,
  ticketIds: ['1', '2'],
};
const ledger = new Ledger([
  { ending: 'BOUGHT', purchase },
  { ending: 'LEFT_UNITS_TAKEN', taken: { quantity: 3, until: new Date('2027-01-01T12:10:00Z') } },
]);
const move = { previous: eur(40_00), price: eur(42_00) };
const figures: EventFigures = {
  sales: {
    unitsSold: 2,
    ordersCompleted: 1,
    revenue: eur(84_00),
    byTicketType: [
      { ticketType: { id: 'balcony' }, unitsSold: 0 },
      { ticketType: { id: 'floor' }, unitsSold: 2 },
    ],
  },
  availability: { status: 'ON_SALE', available: 95, capacity: 100 },
  attendance: { admitted: 1, inside: 1, refused: 1, expected: 2 },
  ticketTypes: [
    { id: 'balcony', price: { current: eur(30_00) }, priceHistory: [] },
    { id: 'floor', price: { current: eur(42_00) }, priceHistory: [move] },
  ],
};
const activities: Activity[] = [
  { id: '1', seq: 1, __typename: 'UnitsSold', units: 2, total: eur(84_00) },
  { id: '2', seq: 2, __typename: 'PriceMoved', ticketType: { id: 'floor', name: 'Floor' }, ...move },
  { id: '3', seq: 3, __typename: 'TicketScanned', lane: 'North', decision: 'ADMITTED', reason: 'OK' },
  { id: '4', seq: 4, __typename: 'TicketScanned', lane: 'North', decision: 'REFUSED', reason: 'FORGED' },
];
const door = { imageFile: 'ticket.png', admitted: 1, refused: 1, checks: [] };

function witness(told: readonly Activity[], interruption?: string): Witness {
  const activitiesOf = (type: string) => told.filter(({ __typename }) => __typename === type);
  return { activities: activitiesOf as Witness['activities'], interruption };
}

function all(read: EventFigures, watch: Witness): Check[] {
  return [
    ...salesChecks(ledger, concert, read, now),
    ...liveChecks(ledger, watch),
    ...priceChecks(concert, read, watch),
    ...attendanceChecks(door, ledger.unitsSold, read, watch),
  ];
}

const off = (checks: readonly Check[]): string[] =>
  checks.filter(({ holds }) => !holds).map(({ what }) => what);

describe('the checks of the figures', () => {
  it('hold when the platform tells what the buyers were told', () => {
    expect(off(all(figures, witness(activities)))).toEqual([]);
  });

  it('are off by name when a figure of the graph is', () => {
    const wrong: EventFigures = {
      ...figures,
      sales: { ...figures.sales, unitsSold: 3, revenue: eur(84_01) },
      availability: { ...figures.availability, available: 98 },
      attendance: { admitted: 2, inside: 1, refused: 0, expected: 2 },
    };
    expect(off(all(wrong, witness(activities)))).toEqual([
      'Units sold',
      'Revenue',
      'Available (3 still held)',
      'Attendance: admitted',
      'Attendance: refused',
    ]);
  });

  it('are off when the subscription missed something or broke', () => {
    expect(off(all(figures, witness(activities.slice(1), 'closed with 1006')))).toEqual([
      'Live: sales',
      'Live: units sold',
      'Live: revenue',
      'Live: never interrupted',
    ]);
    expect(off(priceChecks(concert, figures, witness([])))).toEqual([
      'Live: price changes',
      'Live: the same ones as in the history',
    ]);
  });

  it('are off when the price leaves its limits, stands still, or moves where it must not', () => {
    const at = (floor: object, balcony = eur(30_00)): EventFigures => ({
      ...figures,
      ticketTypes: [
        { id: 'balcony', price: { current: balcony }, priceHistory: [] },
        { id: 'floor', price: { current: eur(90_00) }, priceHistory: [], ...floor },
      ],
    });
    const beyond = { previous: eur(80_00), price: eur(90_00) };
    const told = witness([
      { id: '1', seq: 1, __typename: 'PriceMoved', ticketType: { id: 'floor', name: 'Floor' }, ...beyond },
    ]);
    expect(off(priceChecks(concert, at({ priceHistory: [beyond] }), told))).toEqual([
      'Floor price inside its limits',
    ]);
    expect(off(priceChecks(concert, at({ price: { current: eur(40_00) } }), witness([])))).toEqual([
      'Floor price moved',
    ]);
    expect(off(priceChecks(concert, at({ priceHistory: [beyond] }, eur(31_00)), told))).toContain(
      'Balcony price never moved',
    );
  });

  it('expect nothing to be available once sales have closed', () => {
    const closed = { ...figures, availability: { status: 'CLOSED', available: 0, capacity: 100 } };
    expect(off(salesChecks(ledger, concert, closed, now))).toEqual([]);
  });
});
