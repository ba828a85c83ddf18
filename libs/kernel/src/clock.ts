/** Where time comes from. Domain code takes an instant; application code takes a Clock. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };

/** Nest injection token of the Clock. */
export const CLOCK = Symbol('Clock');
