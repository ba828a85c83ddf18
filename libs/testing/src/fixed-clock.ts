import type { Clock } from '#kernel';

/** A clock that stands still until it is moved. */
export class FixedClock implements Clock {
  constructor(private instant: Date = new Date('2027-01-01T12:00:00Z')) {}

  now(): Date {
    return new Date(this.instant);
  }

  advance(ms: number): void {
    this.instant = new Date(this.instant.getTime() + ms);
  }

  set(instant: Date): void {
    this.instant = instant;
  }
}
