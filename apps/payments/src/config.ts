import { z } from 'zod';
import { secretKey, settings } from '#config';

export const environment = {
  ...settings.http,
  ...settings.mongo,
  ...settings.kafka,
  AUTH_URL: z.url(),
  /** Where buyers reach the gateway, if not at this service's own address. */
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  /** Shared with `tickets`, which signs the payment tokens. */
  PAYMENT_TOKEN_KEY: secretKey,
  /** What the test provider signs its webhooks and the addresses of its challenges with. */
  TEST_PROVIDER_KEY: secretKey,
};

export type PaymentsConfig = z.output<z.ZodObject<typeof environment>>;

/** Nest injection token of the PaymentsConfig. */
export const PAYMENTS_CONFIG = Symbol('PaymentsConfig');
