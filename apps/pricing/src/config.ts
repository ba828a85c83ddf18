import { z } from 'zod';
import { settings } from '#config';

export const environment = {
  ...settings.http,
  ...settings.mongo,
  ...settings.kafka,
  /** Where auth answers, for its public keys. */
  AUTH_URL: z.url(),
};

export type PricingConfig = z.output<z.ZodObject<typeof environment>>;
