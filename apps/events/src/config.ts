import { z } from 'zod';
import { secretKey, settings } from '#config';

/** What the service's data is reached with. */
export const storeEnvironment = {
  ...settings.http,
  ...settings.auth,
  ...settings.mongo,
  ...settings.kafka,
};
export type StoreConfig = z.output<z.ZodObject<typeof storeEnvironment>>;

export const environment = {
  ...storeEnvironment,
  /** Where the bytes of images are kept. Several instances of the service share it. */
  IMAGES_FOLDER: z.string().min(1),
  /** What the addresses that take images are signed with. */
  IMAGE_UPLOAD_KEY: secretKey,
};
export type EventsConfig = z.output<z.ZodObject<typeof environment>>;
