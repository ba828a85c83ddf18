import { type EpochDay, monthsLater } from './calendar-day.ts';

/** First and last day of an event. */
export interface Days {
  readonly first: EpochDay;
  readonly last: EpochDay;
}

/** No moved event begins sooner, so that there is time to sell its tickets. */
const MIN_DAYS_AHEAD = 7;
const WINDOW_MONTHS = 18;
const WEEK = 7;

/** The days on which moved events take place, seen from `today`. */
export function eventWindow(today: EpochDay): Days {
  return { first: today + MIN_DAYS_AHEAD, last: monthsLater(today, WINDOW_MONTHS) };
}

/**
 * The event's days, moved by whole weeks into the coming eighteen months: weekdays and duration stay. Which of the
 * possible weeks, `draw` in [0, 1) says. An event that lies in that time already stays where it is.
 */
export function movedDays(days: Days, today: EpochDay, draw: number): Days {
  const window = eventWindow(today);
  if (days.first >= window.first && days.last <= window.last) return days;
  const fewest = Math.ceil((window.first - days.first) / WEEK);
  const most = Math.floor((window.last - days.last) / WEEK);
  if (most < fewest)
    throw new RangeError(
      `an event of ${days.last - days.first + 1} days does not fit into ${WINDOW_MONTHS} months`,
    );
  const move = (fewest + Math.floor(draw * (most - fewest + 1))) * WEEK;
  return { first: days.first + move, last: days.last + move };
}
