import { z } from 'zod';
import { secretKey, settings } from '#config';

export const environment = {
  ...settings.http,
  ...settings.mongo,
  ...settings.kafka,
  AUTH_URL: z.url(),
  /** Shared with `tickets`, which signs the payment tokens. */
  PAYMENT_TOKEN_KEY: secretKey,
};

export type PaymentsConfig = z.output<z.ZodObject<typeof environment>>;

/** Nest injection token of the PaymentsConfig. */
export const PAYMENTS_CONFIG = Symbol('PaymentsConfig');
