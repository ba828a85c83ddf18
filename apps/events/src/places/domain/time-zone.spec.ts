import fc from 'fast-check';
import { instantAt, isTimeZone, utcOffsetMs } from './time-zone.ts';

const DAY_MS = 24 * 3_600_000;
const dayOf = (text: string) => Date.parse(text) / DAY_MS;

describe('a time zone', () => {
  it.each([
    'Europe/Paris',
    'Asia/Kolkata',
    'Europe/Kyiv',
    'America/Argentina/Buenos_Aires',
    'UTC',
    'Etc/GMT+5',
  ])('is %s', (name) => expect(isTimeZone(name)).toBe(true));

  it.each(['', 'Europe/Lyon', '+01:00', '-05:00', 'Europe/Paris ', 'Paris, France', '../etc/passwd'])(
    'is not %j',
    (name) => expect(isTimeZone(name)).toBe(false),
  );
});

describe('the instant of an hour of a day', () => {
  it.each([
    ['2026-01-15', 9, 'Europe/Paris', '2026-01-15T08:00:00.000Z'],
    ['2026-07-15', 9, 'Europe/Paris', '2026-07-15T07:00:00.000Z'],
    ['2026-07-15', 18, 'Asia/Kolkata', '2026-07-15T12:30:00.000Z'],
    ['2026-07-15', 9, 'Pacific/Auckland', '2026-07-14T21:00:00.000Z'],
    ['2026-07-15', 18, 'America/Los_Angeles', '2026-07-16T01:00:00.000Z'],
    // The days on which clocks change: 9:00 comes after the change in Paris.
    ['2026-03-29', 9, 'Europe/Paris', '2026-03-29T07:00:00.000Z'],
    ['2026-10-25', 9, 'Europe/Paris', '2026-10-25T08:00:00.000Z'],
  ])('%s %i:00 in %s is %s', (day, hour, timeZone, expected) => {
    expect(instantAt(dayOf(day), hour, timeZone).toISOString()).toBe(expected);
  });

  it('shows that hour of that day on the clocks of the zone', () => {
    const zones = [
      'UTC',
      'Europe/London',
      'America/New_York',
      'Asia/Kathmandu',
      'Australia/Lord_Howe',
      'Pacific/Apia',
    ];
    const day = fc.integer({ min: dayOf('2013-01-01'), max: dayOf('2029-12-31') });
    fc.assert(
      fc.property(day, fc.constantFrom(9, 18), fc.constantFrom(...zones), (epochDay, hour, timeZone) => {
        const instant = instantAt(epochDay, hour, timeZone);
        expect(instant.getTime() + utcOffsetMs(instant, timeZone)).toBe(epochDay * DAY_MS + hour * 3_600_000);
      }),
    );
  });
});
