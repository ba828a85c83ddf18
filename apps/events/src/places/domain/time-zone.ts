import { z } from 'zod';

const DAY_MS = 24 * 3_600_000;

/** Formatters are dear to make; there are at most as many as time zones, for only known names get in. */
const formatters = new Map<string, Intl.DateTimeFormat>();

/**
 * Asks Intl itself, not `Intl.supportedValuesOf('timeZone')`, which leaves out names that are valid, such as
 * Asia/Kolkata. Intl also takes offsets (`+01:00`): those are no time zones.
 */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z][\w+/-]*$/.test(name)) return false;
  try {
    formatterOf(name);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

export const timeZoneName = z
  .string()
  .max(60)
  .refine(isTimeZone, 'must be an IANA time zone, e.g. Europe/Paris');

/** How far local time is ahead of UTC at an instant, in milliseconds. */
export function utcOffsetMs(instant: Date, timeZone: string): number {
  const parts = formatterOf(timeZone).formatToParts(instant);
  const part = (type: Intl.DateTimeFormatPartTypes): number =>
    Number(parts.find((one) => one.type === type)?.value ?? Number.NaN);
  const local = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  );
  return local - Math.floor(instant.getTime() / 1_000) * 1_000;
}

/**
 * The instant at which clocks in `timeZone` show `hour` o'clock on a day (given as days since 1970-01-01).
 * What {@link instantOf} says of clock changes holds here too.
 */
export function instantAt(epochDay: number, hour: number, timeZone: string): Date {
  return instantOf(epochDay * DAY_MS + hour * 3_600_000, timeZone);
}

/**
 * The instant at which clocks in `timeZone` show a local time, given in milliseconds as if it were UTC.
 * An hour that a clock change leaves out is taken with the offset before the change; of an hour that comes twice,
 * one of the two is taken.
 */
export function instantOf(localMs: number, timeZone: string): Date {
  // The offset at the first guess can be that of the other side of a clock change; the second look settles it.
  const guess = localMs - utcOffsetMs(new Date(localMs), timeZone);
  return new Date(localMs - utcOffsetMs(new Date(guess), timeZone));
}

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone);
  if (known) return known;
  const formatter = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formatters.set(timeZone, formatter);
  return formatter;
}
