import type { PriceReason } from '#contracts';
import type { PriceLimits } from '../../ticket-types/domain/ticket-type.ts';

/** A price on its way from recommendation to publication. */
export interface Proposal {
  /** Minor units; an integer once the proposal has passed all guards. */
  readonly amount: number;
  /** The last guard that decided the amount, or DEMAND. */
  readonly reason: PriceReason;
}

/** What the guards go by. Amounts are integers of minor units. */
export interface Situation {
  readonly current: number;
  /** When the current price was published. */
  readonly since: Date;
  readonly now: Date;
  readonly cooldownMs: number;
  readonly limits: PriceLimits;
  readonly pricePoint: number;
}

export type Guard = (proposal: Proposal, situation: Situation) => Proposal;

/** Most that one published change may differ from the price before, in percent. */
export const STEP_LIMIT_PERCENT = 5;

/** Between two published changes the policy's cool-down passes. */
export const coolDown: Guard = (proposal, { current, since, now, cooldownMs }) => {
  const rested = now.getTime() - since.getTime() >= cooldownMs;
  return rested ? proposal : { ...proposal, amount: current };
};

/** No buyer sees a leap. In whole minor units, so a price of fewer than twenty of them stays where it is. */
export const stepLimit: Guard = (proposal, { current }) => {
  const step = Math.floor((current * STEP_LIMIT_PERCENT) / 100);
  const amount = between(current - step, proposal.amount, current + step);
  return amount === proposal.amount ? proposal : { amount, reason: 'STEP_LIMIT' };
};

/**
 * Rounds to a price point, towards the current price: a change is never made larger than the step limit allows, and a
 * recommendation that wavers by less than a price point moves nothing.
 */
export const pricePoints: Guard = (proposal, { current, pricePoint }) => {
  const points = proposal.amount / pricePoint;
  if (proposal.amount > current) {
    return { ...proposal, amount: Math.max(current, Math.floor(points) * pricePoint) };
  }
  return { ...proposal, amount: Math.min(current, Math.ceil(points) * pricePoint) };
};

/**
 * Floor and ceiling are promises: they hold at once, before cool-down and step limit. A limit is a price point too, and
 * a price that stands at one says so, whatever brought it there.
 */
export const hardLimits: Guard = (proposal, { limits: { floor, ceiling } }) => {
  if (proposal.amount >= ceiling) return { amount: ceiling, reason: 'CEILING' };
  if (proposal.amount <= floor) return { amount: floor, reason: 'FLOOR' };
  return proposal;
};

/** In the order in which they act: the last has the last word. */
const GUARDS: readonly Guard[] = [coolDown, stepLimit, pricePoints, hardLimits];

/** The price to publish for a recommendation (minor units, not rounded). */
export function guarded(recommended: number, situation: Situation): Proposal {
  const proposal: Proposal = { amount: recommended, reason: 'DEMAND' };
  return GUARDS.reduce((kept, guard) => guard(kept, situation), proposal);
}

function between(low: number, value: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
