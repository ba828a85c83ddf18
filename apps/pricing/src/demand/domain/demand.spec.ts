import fc from 'fast-check';
import { money } from '#kernel';
import { type DemandFact, fold, netUnitsSold, type ReceivedDemand, REMEMBERED_FACTS } from './demand.ts';

const envelope = (id: string, second: number) => ({
  id,
  version: 1,
  occurredAt: new Date(Date.UTC(2027, 0, 1, 12, 0, second)).toISOString(),
  aggregateId: 'T',
  aggregateVersion: 0,
  correlationId: `correlation of ${id}`,
  causationId: id,
});
const units = { eventId: 'E', ticketTypeId: 'T', unitPrice: money(4_000, 'EUR'), accountId: 'A' };

const sold = (id: string, quantity: number, second = 0): DemandFact => ({
  ...envelope(id, second),
  type: 'UnitsSold',
  payload: { ...units, orderId: `order of ${id}`, quantity },
});
const returned = (id: string, quantity: number, second = 0): DemandFact => ({
  ...sold(id, quantity, second),
  type: 'UnitsReturned',
  payload: { ...units, orderId: `order of ${id}`, quantity },
});
const hold = (
  type: 'HoldPlaced' | 'HoldReleased' | 'HoldExpired',
  id: string,
  quantity: number,
): DemandFact => ({
  ...envelope(id, 0),
  type,
  payload: { ...units, holdId: `hold of ${id}`, quantity },
});
const refused = (id: string): DemandFact => ({
  ...envelope(id, 0),
  type: 'DemandRefused',
  payload: {
    eventId: 'E',
    ticketTypeId: 'T',
    refusals: 7,
    units: 11,
    accounts: 5,
    second: '2027-01-01T12:00:00Z',
  },
});

/** As they stand in a partition, from offset 0. */
const inOrder = (...facts: DemandFact[]): ReceivedDemand[] =>
  facts.map((fact, offset) => ({ fact, partition: 3, offset }));

describe('the demand ledger', () => {
  it('counts each kind of fact', () => {
    const facts = [
      hold('HoldPlaced', 'a', 4),
      hold('HoldPlaced', 'b', 3),
      hold('HoldReleased', 'c', 1),
      hold('HoldExpired', 'd', 2),
      sold('e', 3, 5),
      returned('f', 1, 9),
      refused('g'),
    ];
    const ledger = fold(undefined, inOrder(...facts));
    expect(ledger).toMatchObject({
      ticketTypeId: 'T',
      eventId: 'E',
      counts: {
        unitsHeld: 7,
        unitsReleased: 1,
        unitsExpired: 2,
        unitsSold: 3,
        unitsReturned: 1,
        unitsRefused: 11,
        refusals: 7,
      },
      lastDemandAt: new Date('2027-01-01T12:00:09Z'),
      lastFact: { id: 'g', correlationId: 'correlation of g' },
      offsets: { 3: 6 },
    });
    expect(netUnitsSold(ledger!)).toBe(2);
  });

  it('is nothing before the first fact', () => {
    expect(fold(undefined, [])).toBeUndefined();
  });

  it('stays the very same when Kafka delivers again what was counted', () => {
    const received = inOrder(sold('a', 1), sold('b', 2));
    const ledger = fold(undefined, received);
    expect(fold(ledger, received)).toBe(ledger);
    expect(fold(ledger, received.slice(1))).toBe(ledger);
  });

  it('counts a fact once that its relay published twice', () => {
    const facts = [sold('a', 1), sold('b', 2), sold('a', 1), sold('b', 2), sold('c', 4)];
    const ledger = fold(undefined, inOrder(...facts));
    expect(ledger?.counts.unitsSold).toBe(7);
    expect(ledger?.offsets).toEqual({ 3: 4 });
  });

  it('counts on in another partition, when the topic was given more of them', () => {
    const ledger = fold(undefined, inOrder(sold('a', 1), sold('b', 1)));
    const moved = fold(ledger, [{ fact: sold('c', 1), partition: 12, offset: 0 }]);
    expect(moved?.counts.unitsSold).toBe(3);
    expect(moved?.offsets).toEqual({ 3: 1, 12: 0 });
  });

  it('takes a return that overtakes its sale', () => {
    const early = fold(undefined, inOrder(returned('r', 2)));
    expect(netUnitsSold(early!)).toBe(0);
    const late = fold(early, [{ fact: sold('s', 5), partition: 3, offset: 1 }]);
    expect(netUnitsSold(late!)).toBe(3);
  });

  it('remembers a bounded number of facts', () => {
    const facts = Array.from({ length: REMEMBERED_FACTS + 10 }, (_, i) => sold(`fact ${i}`, 1));
    const ledger = fold(undefined, inOrder(...facts));
    expect(ledger?.recentFactIds).toHaveLength(REMEMBERED_FACTS);
    expect(ledger?.recentFactIds.at(-1)).toBe(`fact ${REMEMBERED_FACTS + 9}`);
    expect(ledger?.counts.unitsSold).toBe(REMEMBERED_FACTS + 10);
  });

  it('comes to the same, however often and in whatever pieces a log is delivered', () => {
    const log = fc.array(fc.record({ id: fc.nat(30), quantity: fc.integer({ min: 1, max: 9 }) }), {
      minLength: 1,
      maxLength: 60,
    });
    fc.assert(
      fc.property(log, fc.array(fc.tuple(fc.nat(60), fc.nat(60))), (entries, deliveries) => {
        const all = inOrder(...entries.map(({ id }) => sold(`fact ${id}`, 1 + (id % 9), id)));
        const once = fold(undefined, all);
        // Kafka delivers from some committed offset on, never leaving a gap.
        let reached = 0;
        let ledger = fold(undefined, []);
        for (const [from, length] of deliveries) {
          const start = Math.min(from, reached);
          ledger = fold(ledger, all.slice(start, start + length));
          reached = Math.max(reached, Math.min(all.length, start + length));
        }
        expect(fold(ledger, all.slice(reached))).toEqual(once);
      }),
    );
  });
});
