import fc from 'fast-check';
import type { DecidedCapacities } from '#contracts';
import { unwrap } from '#kernel';
import { drafted, later, now, onSale, ticketType, venue } from '../../../test/sample-events.ts';
import { changeCapacity, settleCapacities } from './capacity-change.ts';
import { cancel, type Event } from './event.ts';
import { capacityInForce } from './ticket-type.ts';

const two = {
  ticketTypes: [ticketType({ name: 'A', capacity: 100 }), ticketType({ name: 'B', capacity: 50 })],
};
const idOf = (event: Event, index: number): string => event.ticketTypes[index]!.id;

/** What `tickets` says of an event: every wish granted, unless units stand against it. */
function decide(event: Event, inForce: Map<string, number>, committed: number, eventVersion = event.version) {
  const refused: DecidedCapacities['refused'] = [];
  for (const { id, capacity } of event.ticketTypes) {
    const before = inForce.get(id) ?? capacity;
    if (capacity < committed && capacity < before)
      refused.push({ ticketTypeId: id, wished: capacity, committed, capacity: before });
    else inForce.set(id, capacity);
  }
  const ticketTypes = [...inForce].map(([ticketTypeId, capacity]) => ({ ticketTypeId, capacity }));
  return {
    eventId: event.id,
    organizationId: 'org',
    eventVersion,
    ticketTypes,
    refused,
    decidedAt: now.toISOString(),
  };
}

describe('a wish for another capacity', () => {
  it('is pending on a public event, and at once in force in a draft', () => {
    const draft = drafted(two);
    expect(unwrap(changeCapacity(draft, idOf(draft, 0), 80, now)).ticketTypes[0]).not.toHaveProperty(
      'capacityChange',
    );
    const event = onSale(two);
    const wished = unwrap(changeCapacity(event, idOf(event, 0), 80, now));
    expect(wished).toMatchObject({ version: event.version + 1 });
    expect(wished.ticketTypes[0]).toMatchObject({
      capacity: 80,
      capacityChange: { requested: 80, inForce: 100, status: 'PENDING', eventVersion: wished.version },
    });
    expect(capacityInForce(wished.ticketTypes[0]!)).toBe(100);
  });

  it('waits for the one before it, and changes nothing when it is repeated', () => {
    const event = onSale(two);
    const wished = unwrap(changeCapacity(event, idOf(event, 0), 80, now));
    expect(unwrap(changeCapacity(wished, idOf(wished, 0), 80, later(1)))).toBe(wished);
    const second = changeCapacity(wished, idOf(wished, 0), 90, later(1));
    expect(second.ok || second.failure).toMatchObject({ code: 'WRONG_STATE', currentState: 'PENDING' });
  });

  it('leaves room in the venue for what is in force as long as it may be refused', () => {
    const event = onSale({ ticketTypes: [ticketType({ capacity: 900 }), ticketType({ capacity: 100 })] });
    const cut = unwrap(changeCapacity(event, idOf(event, 0), 500, now));
    const raise = changeCapacity(cut, idOf(cut, 1), 500, now);
    expect(venue.capacity).toBe(1_000);
    expect(raise.ok || raise.failure).toMatchObject({ code: 'INVALID_INPUT', field: 'ticketTypes' });
  });
});

describe('a decision', () => {
  const event = onSale(two);
  const wished = unwrap(changeCapacity(event, idOf(event, 0), 80, now));
  const forces = () => new Map(event.ticketTypes.map(({ id, capacity }) => [id, capacity]));

  it('applies what was granted and takes back what was refused, saying why', () => {
    expect(settleCapacities(wished, decide(wished, forces(), 0)).ticketTypes[0]).toMatchObject({
      capacity: 80,
      capacityChange: { status: 'APPLIED', requested: 80 },
    });
    const refused = settleCapacities(wished, decide(wished, forces(), 95));
    expect(refused.version).toBe(wished.version + 1);
    expect(refused.ticketTypes[0]).toMatchObject({
      capacity: 100,
      capacityChange: { status: 'REFUSED', requested: 80, committed: 95, decidedAt: now },
    });
  });

  it('about an older version, about nothing that is wished, or after the cancelling changes nothing', () => {
    expect(settleCapacities(wished, decide(event, forces(), 0))).toBe(wished);
    expect(settleCapacities(event, decide(event, forces(), 0))).toBe(event);
    const cancelled = unwrap(cancel(wished, now));
    expect(settleCapacities(cancelled, decide(wished, forces(), 0))).toBe(cancelled);
  });

  it('settles every wish rightly, however often and in whichever order decisions come', () => {
    const steps = fc.array(
      fc.record({
        index: fc.nat(1),
        capacity: fc.integer({ min: 1, max: 200 }),
        committed: fc.integer({ min: 0, max: 200 }),
      }),
      { minLength: 1, maxLength: 8 },
    );
    fc.assert(
      fc.property(steps, fc.infiniteStream(fc.nat()), (wishes, draws) => {
        let current = event;
        const inForce = forces();
        const sent: DecidedCapacities[] = [];
        for (const { index, capacity, committed } of wishes) {
          const wish = changeCapacity(current, idOf(current, index), capacity, now);
          if (!wish.ok) continue;
          current = wish.value;
          // Old decisions first, any of them, any number of times: they must not settle this wish.
          for (let times = 0; times < 3 && sent.length > 0; times++)
            current = settleCapacities(current, sent[(draws.next().value as number) % sent.length]!);
          sent.push(decide(current, inForce, committed));
          const settled = settleCapacities(current, sent.at(-1)!);
          expect(settleCapacities(settled, sent.at(-1)!)).toBe(settled);
          current = settled;
          for (const one of current.ticketTypes) {
            expect(one.capacityChange?.status).not.toBe('PENDING');
            expect(one.capacity).toBe(inForce.get(one.id));
          }
        }
      }),
    );
  });
});
