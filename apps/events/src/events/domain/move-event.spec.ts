import fc from 'fast-check';
import { unwrap } from '#kernel';
import { drafted, later, now, onSale, ticketType, venue } from '../../../test/sample-events.ts';
import { cancel } from './event.ts';
import { duplicate } from './duplicate-event.ts';
import { move } from './move-event.ts';

const elsewhere = { ...venue, id: 'venue-2', city: 'Tokyo', country: 'JP', timeZone: 'Asia/Tokyo' };
const to = (hours: number, refundDays = 14) => ({
  startsAt: later(hours),
  endsAt: later(hours + 4),
  refundDays,
});
const DAY_H = 24;

describe('moving an event', () => {
  it('takes doors and the ends of sales along, and offers refunds once sales have begun', () => {
    const event = onSale({
      doorsOpenAt: later(99),
      salesEndAt: later(98),
      ticketTypes: [ticketType({ salesEndAt: later(90) })],
    });
    const moved = unwrap(move(event, to(1_100), elsewhere, later(10)));
    expect(moved).toMatchObject({
      startsAt: later(1_100),
      endsAt: later(1_104),
      doorsOpenAt: later(1_099),
      salesEndAt: later(1_098),
      ticketTypes: [{ salesEndAt: later(1_090) }],
      venue: { id: 'venue-2' },
      city: 'Tokyo',
      timeZone: 'Asia/Tokyo',
      refundOffer: { offeredAt: later(10), until: later(10 + 14 * DAY_H) },
      version: event.version + 1,
    });
    expect(unwrap(move(moved, to(1_100), undefined, later(20)))).toBe(moved);
  });

  it('is free of offers while nobody can have bought', () => {
    const announced = onSale({ salesStartAt: later(50) });
    expect(unwrap(move(announced, to(200), undefined, now))).not.toHaveProperty('refundOffer');
    expect(unwrap(move(drafted(), to(200), undefined, now))).toMatchObject({
      status: 'DRAFT',
      startsAt: later(200),
    });
  });

  it('offers for as long as it says, at most until the start, and never shorter than before', () => {
    const moves = fc.array(
      fc.record({
        after: fc.integer({ min: 0, max: 50 }),
        start: fc.integer({ min: 60, max: 3_000 }),
        days: fc.integer({ min: 1, max: 90 }),
      }),
      { minLength: 1, maxLength: 6 },
    );
    fc.assert(
      fc.property(moves, (list) => {
        let event = onSale();
        for (const { after, start, days } of list) {
          const moved = move(event, to(start, days), undefined, later(after));
          if (!moved.ok || moved.value === event) continue;
          const { refundOffer } = moved.value;
          expect(refundOffer?.offeredAt).toEqual(later(after));
          const asked = Math.min(later(after + days * DAY_H).getTime(), later(start).getTime());
          expect(refundOffer?.until.getTime()).toBe(Math.max(asked, event.refundOffer?.until.getTime() ?? 0));
          event = moved.value;
        }
      }),
    );
  });

  it.each([
    ['a cancelled event', () => unwrap(cancel(onSale(), now)), now, to(200), 'WRONG_STATE'],
    ['an event that is over', () => onSale(), later(105), to(200), 'WRONG_STATE'],
    ['an event into the past', () => onSale(), later(50), to(49), 'INVALID_INPUT'],
  ])('refuses %s', (_, event, at, target, code) => {
    const refused = move(event(), target, undefined, at);
    expect(refused.ok || refused.failure.code).toBe(code);
  });
});

describe('a duplicate', () => {
  let id = 0;
  const copyAt = (startsAt: Date) => ({
    id: 'COPY',
    startsAt,
    at: later(1),
    ticketTypeId: () => `copy-${id++}`,
  });
  const localTime = (instant: Date | undefined) =>
    instant?.toLocaleTimeString('de-DE', { timeZone: 'Europe/Paris', hour: '2-digit', minute: '2-digit' });

  it('is a draft with the same clock times, on the other side of a clock change too', () => {
    const original = onSale({
      startsAt: new Date('2027-03-20T19:00:00Z'),
      endsAt: new Date('2027-03-22T21:30:00Z'),
      doorsOpenAt: new Date('2027-03-20T18:15:00Z'),
      salesEndAt: new Date('2027-03-20T17:00:00Z'),
      category: 'MUSIC',
      ticketTypes: [ticketType({ salesStartAt: new Date('2027-01-05T09:00:00Z') })],
    });
    // A week later clocks are an hour ahead.
    const copy = unwrap(duplicate(original, copyAt(new Date('2027-04-03T18:00:00Z'))));
    expect(copy).toMatchObject({
      id: 'COPY',
      status: 'DRAFT',
      version: 1,
      category: 'MUSIC',
      images: original.images,
    });
    for (const time of ['startsAt', 'endsAt', 'doorsOpenAt', 'salesEndAt'] as const)
      expect(localTime(copy[time])).toBe(localTime(original[time]));
    expect(copy.endsAt).toEqual(new Date('2027-04-05T20:30:00Z'));
    expect(localTime(copy.ticketTypes[0]?.salesStartAt)).toBe('10:00');
    expect(copy.ticketTypes[0]?.id).toMatch(/^copy-/);
  });

  it('leaves behind what happened to the original, and sells from its own publication if that one did', () => {
    const moved = unwrap(move(onSale(), to(300), undefined, later(1)));
    const copy = unwrap(duplicate(moved, copyAt(later(500))));
    for (const gone of ['publishedAt', 'refundOffer', 'salesStartAt', 'origin', 'cancelledAt'])
      expect(copy).not.toHaveProperty(gone);
  });

  it('keeps the distance on the clocks for any two days of a year', () => {
    const day = fc.integer({ min: 30, max: 395 });
    fc.assert(
      fc.property(day, day, (from, until) => {
        const start = (days: number) => new Date(Date.UTC(2027, 0, days, 17));
        const original = onSale({
          startsAt: start(from),
          endsAt: start(from + 2),
          doorsOpenAt: new Date(start(from).getTime() - 5_400_000),
        });
        const copy = unwrap(duplicate(original, copyAt(start(until))));
        const doors = copy.startsAt.getTime() - (copy.doorsOpenAt?.getTime() ?? 0);
        expect(doors).toBe(5_400_000);
        const offset = (instant: Date) => Number(localTime(instant)?.slice(0, 2));
        expect((offset(copy.endsAt) - offset(copy.startsAt) + 24) % 24).toBe(
          (offset(original.endsAt) - offset(original.startsAt) + 24) % 24,
        );
      }),
    );
  });
});
