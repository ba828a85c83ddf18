import { z } from 'zod';

/** A day without a time, as days since 1970-01-01: what a source that knows no clock times gives. */
export type EpochDay = number;

const DAY_MS = 24 * 3_600_000;

/** The day of `2026-11-21`, or undefined when the calendar has no such day. */
export function epochDayOf(text: string): EpochDay | undefined {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return undefined;
  const ms = Date.parse(`${text}T00:00:00Z`);
  // Some engines read 30 February as 2 March: only what reads back the same is a day.
  return !Number.isNaN(ms) && isoDay(ms / DAY_MS) === text ? ms / DAY_MS : undefined;
}

export function isoDay(day: EpochDay): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/** The day that it is in UTC. */
export function dayOf(instant: Date): EpochDay {
  return Math.floor(instant.getTime() / DAY_MS);
}

/** The same day of the month some months later, or that month's last day. */
export function monthsLater(day: EpochDay, months: number): EpochDay {
  const date = new Date(day * DAY_MS);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth() + months];
  const lastOfMonth = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return Date.UTC(year, month, Math.min(date.getUTCDate(), lastOfMonth)) / DAY_MS;
}

/** `2026-11-21` as a day. */
export const calendarDay = z.string().transform((text, context): EpochDay => {
  const day = epochDayOf(text);
  if (day !== undefined) return day;
  context.addIssue({ code: 'custom', message: 'must be a day of the calendar, e.g. 2026-11-21' });
  return z.NEVER;
});
