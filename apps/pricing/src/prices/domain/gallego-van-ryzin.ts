/**
 * Gallego & van Ryzin (1994), "Optimal dynamic pricing of inventories with stochastic demand over finite horizons",
 * Management Science 40(8): n units to sell by a deadline to buyers who come as a Poisson stream and each buy at price
 * p with probability exp(−αp).
 *
 * Here `units` is n; `potential` is a·G, the buyers still expected before the deadline whatever the price; `sensitivity`
 * is α, per minor unit of the currency. Prices and revenues are real numbers of minor units: rounding is for the guards.
 */
export interface Market {
  readonly potential: number;
  readonly sensitivity: number;
}

/** From so many units on, the fluid price is close enough (it reaches 1 − 1/(2√n) of the optimum) and costs nothing. */
export const FLUID_FROM_UNITS = 50;

/** J*(n) = (1/α)·ln Σ_{i=0..n} xⁱ/i!, with x = aG/e: what the best of all price policies expects to earn. */
export function expectedRevenue(units: number, { potential, sensitivity }: Market): number {
  return exponentialSum(units, potential / Math.E).logSum / sensitivity;
}

/** p*(n) = 1/α + J*(n) − J*(n−1): the price at which the next unit is worth selling. `units` is at least 1. */
export function optimalPrice(units: number, { potential, sensitivity }: Market): number {
  const { logLastTerm, logSumBefore } = exponentialSum(units, potential / Math.E);
  // J*(n) − J*(n−1) as one logarithm: a difference of two sums would lose its digits where it is small.
  return (1 + Math.log1p(Math.exp(logLastTerm - logSumBefore))) / sensitivity;
}

/** p^D = max(1/α, (1/α)·ln(aG/n)): optimal if demand came without chance, as an even flow. */
export function fluidPrice(units: number, { potential, sensitivity }: Market): number {
  return Math.max(1, Math.log(potential / units)) / sensitivity;
}

/** The price that the engine aims at. Falls with each unit more to sell, rises with each buyer more to come. */
export function revenueMaximisingPrice(units: number, market: Market): number {
  return units < FLUID_FROM_UNITS ? optimalPrice(units, market) : fluidPrice(units, market);
}

/** Halvings of the search range of {@link potentialThatJustifies}: beyond the precision of a double. */
const BISECTIONS = 60;

/** The potential at which `price` is the revenue-maximising one for `units`; `price` is above 1/α. */
export function potentialThatJustifies(price: number, units: number, sensitivity: number): number {
  const fluid = units * Math.exp(sensitivity * price);
  if (units >= FLUID_FROM_UNITS) return fluid;
  // The optimal price lies above the fluid one, so the potential sought lies below the fluid one's.
  let low = 0;
  let high = fluid;
  for (let i = 0; i < BISECTIONS; i++) {
    const middle = (low + high) / 2;
    if (optimalPrice(units, { potential: middle, sensitivity }) < price) low = middle;
    else high = middle;
  }
  return high;
}

interface ExponentialSum {
  /** ln Σ_{i=0..n} xⁱ/i! */
  readonly logSum: number;
  /** The same for n − 1. */
  readonly logSumBefore: number;
  /** ln xⁿ/n! */
  readonly logLastTerm: number;
}

/** The sum in log space, since its terms leave the range of a double at a few hundred units. O(n). */
function exponentialSum(n: number, x: number): ExponentialSum {
  let logTerm = 0;
  let logSum = 0;
  let logSumBefore = Number.NEGATIVE_INFINITY;
  for (let i = 1; i <= n; i++) {
    logTerm += Math.log(x / i);
    logSumBefore = logSum;
    logSum = addLogs(logSum, logTerm);
  }
  return { logSum, logSumBefore, logLastTerm: logTerm };
}

/** ln(eᵃ + eᵇ), where `a` is finite. */
function addLogs(a: number, b: number): number {
  return a >= b ? a + Math.log1p(Math.exp(b - a)) : b + Math.log1p(Math.exp(a - b));
}
