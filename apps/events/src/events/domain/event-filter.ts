import { z } from 'zod';
import { ATTENDANCE_MODES } from '#contracts';
import { countryCode } from '../../places/domain/country.ts';
import { CATEGORIES } from './category.ts';
import { keyword } from './event-input.ts';

/** Which events of the listing are wanted. What is left out does not matter. */
export const eventFilter = z.object({
  mode: z.enum(ATTENDANCE_MODES).nullish(),
  category: z.enum(CATEGORIES).nullish(),
  country: countryCode.nullish(),
  keyword: keyword.nullish(),
  /** Events that start at this instant or later. */
  startsFrom: z.date().nullish(),
  /** Events that start before this instant. */
  startsBefore: z.date().nullish(),
});
export type EventFilter = z.output<typeof eventFilter>;
