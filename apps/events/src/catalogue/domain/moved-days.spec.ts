import fc from 'fast-check';
import { dayOf, epochDayOf, isoDay, monthsLater } from './calendar-day.ts';
import { eventWindow, movedDays } from './moved-days.ts';

const dayNumber = (text: string) => epochDayOf(text) ?? Number.NaN;

describe('a day of the calendar', () => {
  it.each([
    '2026-02-29',
    '2026-13-01',
    '2026-00-10',
    '2026-1-1',
    '20260101',
    'soon',
    '2026-01-01T00:00:00Z',
    '',
  ])('is not %j', (text) => expect(epochDayOf(text)).toBeUndefined());

  it('reads back as it was written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40_000 }), (day) => expect(epochDayOf(isoDay(day))).toBe(day)),
    );
    expect(isoDay(dayOf(new Date('2028-02-29T23:59:59.999Z')))).toBe('2028-02-29');
  });

  it('has one eighteen months later, at the end of a shorter month if need be', () => {
    expect(isoDay(monthsLater(dayNumber('2026-11-21'), 18))).toBe('2028-05-21');
    expect(isoDay(monthsLater(dayNumber('2026-08-31'), 18))).toBe('2028-02-29');
  });
});

describe('the days of a moved event', () => {
  const today = fc.integer({ min: dayNumber('2024-01-01'), max: dayNumber('2040-12-31') });
  const first = fc.integer({ min: dayNumber('2013-01-01'), max: dayNumber('2045-12-31') });
  const draw = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

  it('keep weekday and duration, and lie in the coming eighteen months', () => {
    fc.assert(
      fc.property(today, first, fc.integer({ min: 0, max: 30 }), draw, (now, from, length, chance) => {
        const moved = movedDays({ first: from, last: from + length }, now, chance);
        const window = eventWindow(now);
        expect(Math.abs(moved.first - from) % 7).toBe(0);
        expect(moved.last - moved.first).toBe(length);
        expect(moved.first).toBeGreaterThanOrEqual(window.first);
        expect(moved.last).toBeLessThanOrEqual(window.last);
      }),
    );
  });

  it('stay when they lie in that time already', () => {
    const days = { first: dayNumber('2027-06-14'), last: dayNumber('2027-06-16') };
    expect(movedDays(days, dayNumber('2026-11-21'), 0.9)).toBe(days);
  });

  it('reach from the first possible week to the last', () => {
    const days = { first: dayNumber('2015-05-05'), last: dayNumber('2015-05-07') };
    const now = dayNumber('2026-11-21');
    expect(isoDay(movedDays(days, now, 0).first)).toBe('2026-12-01');
    expect(isoDay(movedDays(days, now, 0.999_999).first)).toBe('2028-05-16');
  });
});
