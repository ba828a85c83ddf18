import { z } from 'zod';
import { settings } from '#config';

export const environment = {
  ...settings.http,
  ...settings.mongo,
  ...settings.kafka,
  AUTH_URL: z.url(),
};

export type CheckinConfig = z.output<z.ZodObject<typeof environment>>;
