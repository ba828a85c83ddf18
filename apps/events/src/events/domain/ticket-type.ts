import { z } from 'zod';
import type { PricingPolicy } from '#contracts';
import { isCurrency, isPayable, MAX_AMOUNT, type Money, oneLine, smallestPayment } from '#kernel';
import { MAX_CAPACITY } from '../../venues/domain/venue.ts';

/** What is sold for an event: general admission from a pool of units, or seats of sections. */
export interface TicketType {
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  /** What fixed pricing charges and demand pricing starts from. */
  readonly basePrice: Money;
  readonly pricing: PricingPolicy;
  /** Units. While a change is pending, those that are wished for: see {@link capacityInForce}. */
  readonly capacity: number;
  /** The last change of the capacity that was asked for while the event was public. */
  readonly capacityChange?: CapacityChange;
  /** Most units in one order. */
  readonly maxPerOrder: number;
  /** Most units of this type that one account may own; without it only the event's limit holds. */
  readonly maxPerAccount?: number;
  /** A sale window of its own, inside the event's; each end without it is the event's. */
  readonly salesStartAt?: Date;
  readonly salesEndAt?: Date;
  /** The sections of the event's seating plan whose seats it sells: `capacity` is their number. */
  readonly sectionIds?: readonly string[];
}

export const CAPACITY_CHANGE_STATUSES = ['PENDING', 'APPLIED', 'REFUSED'] as const;

/** The last change of a capacity that was asked for while the event was public. `tickets` decides: it knows what is sold. */
export interface CapacityChange {
  /** Units. */
  readonly requested: number;
  /** Units that were for sale when it was asked for, and are until it is applied. */
  readonly inForce: number;
  readonly status: (typeof CAPACITY_CHANGE_STATUSES)[number];
  /** Of a refused one: units that were sold or reserved. */
  readonly committed?: number;
  /** The event's version that carries the wish: a decision about an older one is not about this wish. */
  readonly eventVersion: number;
  readonly requestedAt: Date;
  readonly decidedAt?: Date;
}

export const MAX_TICKET_TYPES = 20;
/** Highest limit of units per account, of an event and of a ticket type. */
export const MAX_PER_ACCOUNT = 1_000;
/** Sections that one ticket type may sell: as many as a plan may have. */
const MAX_SECTIONS = 500;
const MAX_COOLDOWN_S = 86_400;
const DEFAULT_COOLDOWN_S = 900;
const DEFAULT_MAX_PER_ORDER = 10;

/** A price that can be charged, and paid back ticket by ticket. */
const priceInput = z
  .object({
    amount: z.int().min(0).max(MAX_AMOUNT),
    currency: z.string().refine(isCurrency, 'must be an ISO 4217 currency code, e.g. EUR'),
  })
  .superRefine((price, context) => {
    const { amount, currency } = price;
    if (!isCurrency(currency) || isPayable(price)) return;
    const step = smallestPayment(currency);
    const nearest = Math.round(amount / step) * step;
    const message = `must be a multiple of ${step} in ${currency}, since nobody can pay smaller parts of it: e.g. ${nearest}`;
    context.addIssue({ code: 'custom', path: ['amount'], message });
  });

const pricingInput = z.object({
  floor: priceInput,
  ceiling: priceInput,
  cooldownS: z
    .int()
    .min(1)
    .max(MAX_COOLDOWN_S)
    .nullish()
    .transform((seconds) => seconds ?? DEFAULT_COOLDOWN_S),
});

const optional = <S extends z.ZodType>(schema: S) =>
  schema.nullish().transform((value) => value ?? undefined);

/** Units that one ticket type may sell. */
export const capacity = z.int().min(1).max(MAX_CAPACITY);

const fields = {
  name: oneLine(z.string().trim().min(1).max(100)),
  description: z
    .string()
    .trim()
    .max(1_000)
    .nullish()
    .transform((text) => text || undefined),
  basePrice: priceInput,
  pricing: optional(pricingInput),
  capacity: optional(capacity),
  sectionIds: optional(z.array(z.string().min(1).max(100)).min(1).max(MAX_SECTIONS)),
  maxPerOrder: z
    .int()
    .min(1)
    .max(100)
    .nullish()
    .transform((units) => units ?? DEFAULT_MAX_PER_ORDER),
  maxPerAccount: optional(z.int().min(1).max(MAX_PER_ACCOUNT)),
  salesStartAt: optional(z.date()),
  salesEndAt: optional(z.date()),
};

/** A ticket type as an organizer, or the catalogue's rule, asks for it. */
export const ticketTypeInput = z.object(fields).superRefine(checkPricing).superRefine(checkUnits);
export type TicketTypeInput = z.output<typeof ticketTypeInput>;

/** A ticket type of a changed list: with the id of the one that it replaces, or a new one. */
export const changedTicketTypeInput = z
  .object({ ...fields, id: optional(z.string().max(100)) })
  .superRefine(checkPricing)
  .superRefine(checkUnits);
export type ChangedTicketTypeInput = z.output<typeof changedTicketTypeInput>;

type Priced = Pick<z.output<z.ZodObject<typeof fields>>, 'basePrice' | 'pricing'>;

function checkPricing({ basePrice, pricing }: Priced, context: z.RefinementCtx): void {
  if (!pricing) return;
  const refuse = (path: string[], message: string): void =>
    context.addIssue({ code: 'custom', path, message });
  for (const limit of ['floor', 'ceiling'] as const) {
    if (pricing[limit].currency !== basePrice.currency) {
      refuse(['pricing', limit, 'currency'], `must be ${basePrice.currency}, the currency of the base price`);
    }
  }
  if (pricing.floor.amount > basePrice.amount) refuse(['pricing', 'floor'], 'must be at most the base price');
  if (pricing.ceiling.amount < basePrice.amount)
    refuse(['pricing', 'ceiling'], 'must be at least the base price');
}

function checkUnits(
  { capacity: units, sectionIds }: { capacity?: number; sectionIds?: string[] },
  context: z.RefinementCtx,
): void {
  if (sectionIds && units !== undefined)
    context.addIssue({
      code: 'custom',
      path: ['capacity'],
      message: 'must be left out with `sectionIds`: it is the number of their seats',
    });
}

export function newTicketType(
  id: string,
  { pricing, ...given }: TicketTypeInput & { capacity: number },
): TicketType {
  return { id, ...given, pricing: pricing ? { mode: 'DEMAND', ...pricing } : { mode: 'FIXED' } };
}

/** Units for sale now, whatever is wished for. */
export function capacityInForce({ capacity, capacityChange }: TicketType): number {
  return capacityChange?.status === 'PENDING' ? capacityChange.inForce : capacity;
}

/** Units that must have room: a pending change may end either way. */
export function mostUnits(ticketType: TicketType): number {
  return Math.max(ticketType.capacity, capacityInForce(ticketType));
}
