import { z } from 'zod';
import { InvalidEnvironment, secretKey, settings } from '#config';

/** An empty value is none: compose files cannot leave a variable out. */
const optionalText = z
  .string()
  .optional()
  .transform((text) => text || undefined);

export const environment = {
  ...settings.http,
  ...settings.auth,
  ...settings.mongo,
  ...settings.kafka,
  /** Where buyers reach the gateway, if not at this service's own address. */
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  /** Shared with `tickets`, which signs the payment tokens. */
  PAYMENT_TOKEN_KEY: secretKey,
  /** What the test provider signs its webhooks and the addresses of its challenges with. */
  TEST_PROVIDER_KEY: secretKey,
  /** Where new payments go; each stays with the provider that it was begun with. */
  PAYMENT_PROVIDER: z.enum(['test', 'stripe']).default('test'),
  /** `sk_…` or, better, a restricted key `rk_…` that may write PaymentIntents and Refunds. */
  STRIPE_SECRET_KEY: optionalText,
  /** `whsec_…` of the endpoint `<gateway>/webhooks/stripe`. */
  STRIPE_WEBHOOK_SECRET: optionalText,
  /** `pk_…`: public, for Stripe's library in the buyer's browser. */
  STRIPE_PUBLISHABLE_KEY: optionalText,
  /** Of the API; another one stands in for Stripe in tests. */
  STRIPE_API_BASE: z.url({ protocol: /^https?$/ }).default('https://api.stripe.com'),
};

export type PaymentsConfig = z.output<z.ZodObject<typeof environment>>;

/** Nest injection token of the PaymentsConfig. */
export const PAYMENTS_CONFIG = Symbol('PaymentsConfig');

export interface StripeKeys {
  readonly secretKey: string;
  readonly webhookSecret: string;
}

/** Undefined when Stripe is not set up. @throws InvalidEnvironment when it is set up by half */
export function stripeKeys(config: PaymentsConfig): StripeKeys | undefined {
  const { PAYMENT_PROVIDER, STRIPE_SECRET_KEY: secretKey, STRIPE_WEBHOOK_SECRET: webhookSecret } = config;
  if (secretKey && webhookSecret) return { secretKey, webhookSecret };
  if (!secretKey && !webhookSecret && PAYMENT_PROVIDER !== 'stripe') return undefined;
  const missing = secretKey ? 'STRIPE_WEBHOOK_SECRET' : 'STRIPE_SECRET_KEY';
  throw new InvalidEnvironment(`The environment is not valid: Stripe needs ${missing}, which is not set.`);
}
