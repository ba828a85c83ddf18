import type { z } from 'zod';
import { secretKey, settings } from '#config';

export const environment = {
  ...settings.http,
  ...settings.mongo,
  ...settings.kafka,
  /** Encrypts the private halves of the token keys at rest. */
  AUTH_KEY_ENCRYPTION_KEY: secretKey,
};

export type AuthConfig = z.output<z.ZodObject<typeof environment>>;
