import { z } from 'zod';
import { secretKey, settings } from '#config';

export const environment = {
  ...settings.http,
  ...settings.mongo,
  ...settings.kafka,
  /** Encrypts the private halves of the token keys at rest. */
  AUTH_KEY_ENCRYPTION_KEY: secretKey,
  /** Where mails are written to, one `.eml` file each. Without it a mail is only mentioned in the log. */
  MAIL_FOLDER: z.string().min(1).optional(),
  /** RFC 5322: an address, or `Name <address>`. */
  MAIL_FROM: z
    .string()
    .max(200)
    .regex(/^(?:[\w .-]+ <[^\s<>@]+@[\w.-]+>|[^\s<>@]+@[\w.-]+)$/, 'must be an address or "Name <address>"')
    .default('Tessera <no-reply@tessera.example>'),
};

export type AuthConfig = z.output<z.ZodObject<typeof environment>>;
