const DAY_MS = 86_400_000;

/** Sales are forgotten after so long, by an index of MongoDB. */
export const KEPT_DAYS = 30;

/**
 * Sales since then are in the log for certain. A day less than they are kept: an order notes its step after the sale,
 * which may take as long as its service is away, and MongoDB forgets in turns of its own.
 */
export function certainlyKeptSince(): Date {
  return new Date(Date.now() - (KEPT_DAYS - 1) * DAY_MS);
}
