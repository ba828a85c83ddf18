import { z } from 'zod';
import type { PricingPolicy } from '#contracts';
import { isCurrency, MAX_AMOUNT, type Money } from '#kernel';
import { MAX_CAPACITY } from '../../venues/domain/venue.ts';

/** What is sold for an event: general admission from a pool of units, or seats of sections. */
export interface TicketType {
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  /** What fixed pricing charges and demand pricing starts from. */
  readonly basePrice: Money;
  readonly pricing: PricingPolicy;
  /** Units. */
  readonly capacity: number;
  /** Most units in one order. */
  readonly maxPerOrder: number;
  /** The sections of the event's seating plan whose seats it sells: `capacity` is their number. */
  readonly sectionIds?: readonly string[];
}

export const MAX_TICKET_TYPES = 20;
const MAX_COOLDOWN_S = 86_400;
const DEFAULT_COOLDOWN_S = 900;
const DEFAULT_MAX_PER_ORDER = 10;

const moneyInput = z.object({
  amount: z.int().min(0).max(MAX_AMOUNT),
  currency: z.string().refine(isCurrency, 'must be an ISO 4217 currency code, e.g. EUR'),
});

const pricingInput = z.object({
  floor: moneyInput,
  ceiling: moneyInput,
  cooldownS: z
    .int()
    .min(1)
    .max(MAX_COOLDOWN_S)
    .nullish()
    .transform((seconds) => seconds ?? DEFAULT_COOLDOWN_S),
});

/** A ticket type as an organizer, or the catalogue's rule, asks for it. */
export const ticketTypeInput = z
  .object({
    name: z.string().trim().min(1).max(100),
    description: z
      .string()
      .trim()
      .max(1_000)
      .nullish()
      .transform((text) => text || undefined),
    basePrice: moneyInput,
    pricing: pricingInput.nullish().transform((pricing) => pricing ?? undefined),
    capacity: z.int().min(1).max(MAX_CAPACITY),
    maxPerOrder: z
      .int()
      .min(1)
      .max(100)
      .nullish()
      .transform((units) => units ?? DEFAULT_MAX_PER_ORDER),
  })
  .superRefine(({ basePrice, pricing }, context) => {
    if (!pricing) return;
    const refuse = (path: string[], message: string): void =>
      context.addIssue({ code: 'custom', path, message });
    for (const limit of ['floor', 'ceiling'] as const) {
      if (pricing[limit].currency !== basePrice.currency) {
        refuse(
          ['pricing', limit, 'currency'],
          `must be ${basePrice.currency}, the currency of the base price`,
        );
      }
    }
    if (pricing.floor.amount > basePrice.amount)
      refuse(['pricing', 'floor'], 'must be at most the base price');
    if (pricing.ceiling.amount < basePrice.amount)
      refuse(['pricing', 'ceiling'], 'must be at least the base price');
  });
export type TicketTypeInput = z.output<typeof ticketTypeInput>;

export function newTicketType(id: string, { pricing, ...fields }: TicketTypeInput): TicketType {
  return { id, ...fields, pricing: pricing ? { mode: 'DEMAND', ...pricing } : { mode: 'FIXED' } };
}
