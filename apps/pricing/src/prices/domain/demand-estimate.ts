import { FLUID_FROM_UNITS, potentialThatJustifies } from './gallego-van-ryzin.ts';

/** What is believed of a ticket type's demand before anything is sold. */
export interface DemandPrior {
  /** α, per minor unit of the currency. */
  readonly sensitivity: number;
  /** a: buyers expected over the whole sale, whatever the price. */
  readonly potential: number;
  /** How many paid units of evidence the belief is worth: the shape of its Gamma distribution. */
  readonly weight: number;
}

/** Paid units against the exposure in which they were sold. */
export interface Evidence {
  readonly unitsPaid: number;
  /** Σ e^(−αp)·g(s)·Δs: the share of all demand that would have bought at the prices there were. */
  readonly exposure: number;
}

/**
 * α·p at the base price: how elastic demand is assumed to be there. At 1 the base price would earn most even if units
 * were endless, and no lack of demand could ever justify a lower one; at 1.5 the price can fall to two thirds of the
 * base price, and demand twice as strong as expected justifies 1.46 times the base price.
 */
const ELASTICITY_AT_BASE_PRICE = 1.5;

/** With four units' worth the standard deviation of the potential is half its mean: an event may be twice the hit. */
const PRIOR_WEIGHT_UNITS = 4;

/**
 * The organizer knows the event: the prior takes the base price for right. α follows from the elasticity assumed at the
 * base price, and the potential is the one for which the base price maximises the revenue of the whole capacity.
 * `basePrice` (minor units) and `capacity` are at least 1.
 */
export function priorOf(basePrice: number, capacity: number): DemandPrior {
  const sensitivity = ELASTICITY_AT_BASE_PRICE / basePrice;
  return { sensitivity, potential: potentialFor(capacity), weight: PRIOR_WEIGHT_UNITS };
}

/** By capacity, up to {@link FLUID_FROM_UNITS}: those are searched for, and asked for at each review. */
const smallPotentials = new Map<number, number>();

/** In units of the base price every ticket type is alike, so the capacity alone decides. */
function potentialFor(capacity: number): number {
  const known = smallPotentials.get(capacity);
  if (known !== undefined) return known;
  const potential = potentialThatJustifies(1, capacity, ELASTICITY_AT_BASE_PRICE);
  if (capacity < FLUID_FROM_UNITS) smallPotentials.set(capacity, potential);
  return potential;
}

/**
 * The mean of the potential a, given the evidence. Sales are a Poisson stream of rate a·g·e^(−αp), for which the Gamma
 * distribution is conjugate: paid units add to its shape, exposure to its rate.
 */
export function posteriorPotential({ potential, weight }: DemandPrior, evidence: Evidence): number {
  return (weight + evidence.unitsPaid) / (weight / potential + evidence.exposure);
}

/** The share of buyers who buy at a price (minor units). */
export function purchaseProbability(price: number, sensitivity: number): number {
  return Math.exp(-sensitivity * price);
}
