import { Ledger, type Visit } from './ledger.ts';

const noon = new Date('2027-01-01T12:00:00Z');
const later = new Date('2027-01-01T12:10:00Z');

const visits: Visit[] = [
  {
    ending: 'BOUGHT',
    purchase: {
      orderId: 'a',
      ticketTypeId: 'floor',
      quantity: 2,
      quoted: 84_00,
      charged: 84_00,
      ticketIds: ['1', '2'],
    },
  },
  {
    ending: 'BOUGHT',
    purchase: {
      orderId: 'b',
      ticketTypeId: 'balcony',
      quantity: 1,
      quoted: 30_00,
      charged: 30_00,
      ticketIds: ['3'],
    },
  },
  { ending: 'LEFT_UNITS_TAKEN', taken: { quantity: 4, until: later } },
  { ending: 'LEFT_UNITS_TAKEN', taken: { quantity: 3, until: noon } },
  { ending: 'RELEASED' },
  { ending: 'DID_NOT_BUY', why: 'SOLD_OUT' },
];

describe('Ledger', () => {
  const ledger = new Ledger(visits);

  it('adds up what was bought', () => {
    expect(ledger.unitsSold).toBe(3);
    expect(ledger.revenue).toBe(114_00);
    expect(ledger.unitsSoldOf('floor')).toBe(2);
    expect(ledger.unitsSoldOf('balcony')).toBe(1);
    expect(ledger.ticketsReceived).toBe(3);
  });

  it('counts a ticket that two buyers got only once', () => {
    expect(new Ledger([...visits, visits[1]!]).ticketsReceived).toBe(3);
  });

  it('reckons abandoned units as taken until their deadline', () => {
    expect(ledger.unitsStillTaken(new Date(noon.getTime() - 1))).toBe(7);
    expect(ledger.unitsStillTaken(noon)).toBe(4);
    expect(ledger.unitsStillTaken(later)).toBe(0);
  });

  it('counts endings', () => {
    expect([ledger.count('BOUGHT'), ledger.count('RELEASED'), ledger.count('DID_NOT_BUY')]).toEqual([
      2, 1, 1,
    ]);
  });
});
