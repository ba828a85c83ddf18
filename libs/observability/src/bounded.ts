import { TookTooLong, within } from '#kernel';
import type { Logger } from './logger.ts';
import { counter } from './metrics.ts';

/**
 * How long a piece of work that a service does by itself may take: the handling of a fact, a round of a sweep. Whatever
 * such work waits for (an engine, a provider) has a shorter limit of its own and fails; what lasts longer hangs.
 */
export const WORK_LIMIT_MS = 60_000;

const hung = counter(
  'tessera_work_hung_total',
  'Work that was waited for no longer, because it did not end',
  ['work'],
);

/**
 * What the work gives; or TookTooLong, which is counted and logged by the name of the work, so that one promise that is
 * never kept does not stop all that comes after it. The work itself cannot be stopped: whatever it still does must be
 * harmless beside its next try.
 */
export async function bounded<T>(
  name: string,
  logger: Logger,
  work: () => Promise<T>,
  limitMs = WORK_LIMIT_MS,
): Promise<T> {
  try {
    return await within(limitMs, work());
  } catch (error) {
    if (error instanceof TookTooLong) {
      hung.inc({ work: name });
      logger.error({ work: name, limitMs }, 'work hangs and is waited for no longer');
    }
    throw error;
  }
}
