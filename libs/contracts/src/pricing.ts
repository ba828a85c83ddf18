import { z } from 'zod';
import { fact, topic } from './fact.ts';
import { id, instant, moneyValue } from './values.ts';

export const PRICE_REASONS = ['BASE_PRICE', 'DEMAND', 'FLOOR', 'CEILING', 'STEP_LIMIT', 'PINNED'] as const;
export type PriceReason = (typeof PRICE_REASONS)[number];

const price = z.object({
  ticketTypeId: id,
  eventId: id,
  price: moneyValue,
  previous: moneyValue,
  /** Which guard, if any, stood between the recommendation and the published price. */
  reason: z.enum(PRICE_REASONS),
  recommended: moneyValue,
  unitsSold: z.int().min(0),
  changedAt: instant,
});

export const pricingPrices = topic('pricing.prices.v1', 'state', [fact('PriceChanged', price)]);
