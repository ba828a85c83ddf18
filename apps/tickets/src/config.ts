import { z } from 'zod';
import { secretKey, settings } from '#config';

export const environment = {
  ...settings.http,
  ...settings.auth,
  ...settings.mongo,
  ...settings.redis,
  ...settings.kafka,
  /** Proves that a visitor's token is the gateway's. */
  VISITOR_KEY: secretKey,
  /** Proves orders to payments. */
  PAYMENT_TOKEN_KEY: secretKey,
  /** Encrypts the private signing keys at rest. */
  TICKETS_KEY_ENCRYPTION_KEY: secretKey,
  /** How long a hold keeps its units. */
  HOLD_SECONDS: z.coerce.number().int().min(1).max(3_600).default(600),
  /** How much longer a hold keeps them when its buyer asks for more time, once. */
  EXTEND_HOLD_SECONDS: z.coerce.number().int().min(1).max(3_600).default(300),
  /** How long an order waits for its payment. */
  PAY_WITHIN_SECONDS: z.coerce.number().int().min(1).max(86_400).default(900),
  /** How often a live stream is checked: whether its token is still good, and its viewer still a member. */
  CHECK_STREAMS_SECONDS: z.coerce.number().int().min(1).max(60).default(30),
};

export type TicketsConfig = z.output<z.ZodObject<typeof environment>>;

/** Nest injection token of the configuration. */
export const TICKETS_CONFIG = Symbol('TicketsConfig');
