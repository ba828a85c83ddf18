import { z } from 'zod';
import { settings } from '#config';

export const environment = {
  ...settings.http,
  ...settings.mongo,
  ...settings.kafka,
  /** Where auth answers; its key set verifies access tokens. */
  AUTH_URL: z.url(),
};

export type EventsConfig = z.output<z.ZodObject<typeof environment>>;
