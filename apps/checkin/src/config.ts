import { z } from 'zod';
import { settings } from '#config';

export const environment = {
  ...settings.http,
  ...settings.auth,
  ...settings.mongo,
  ...settings.kafka,
};

export type CheckinConfig = z.output<z.ZodObject<typeof environment>>;
