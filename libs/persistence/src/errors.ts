import {
  MongoBulkWriteError,
  MongoError,
  MongoNetworkError,
  MongoServerError,
  MongoServerSelectionError,
} from 'mongodb';

const DUPLICATE_KEY = 11_000;

/** A unique index said no. With `index`, that index (by its name). */
export function isDuplicateKey(error: unknown, index?: string): boolean {
  return (
    error instanceof MongoServerError &&
    error.code === DUPLICATE_KEY &&
    (index === undefined || error.message.includes(`index: ${index} `))
  );
}

/** Every write of an unordered bulk either succeeded or was refused by a unique index. */
export function onlyDuplicateKeys(error: unknown): boolean {
  if (!(error instanceof MongoBulkWriteError)) return isDuplicateKey(error);
  const failures = Array.isArray(error.writeErrors) ? error.writeErrors : [error.writeErrors];
  return failures.length > 0 && failures.every((failure) => failure.code === DUPLICATE_KEY);
}

/**
 * The places, in an unordered insert of many, of the documents that unique indexes refused; all others were inserted.
 * Undefined when the insert failed for another reason.
 */
export function refusedAsDuplicates(error: unknown): ReadonlySet<number> | undefined {
  if (!(error instanceof MongoBulkWriteError) || !onlyDuplicateKeys(error)) return undefined;
  return new Set([error.writeErrors].flat().map(({ index }) => index));
}

/**
 * Codes of a server that is starting, stopping, or not (any more) the primary, as the driver specifications list them
 * ("retryable reads"). The driver labels them only where it would try again itself.
 */
const PASSING_CODES = new Set([6, 7, 89, 91, 134, 189, 262, 9_001, 10_107, 11_600, 11_602, 13_435, 13_436]);

/**
 * The engine cannot be reached, does not answer, is going down, or has no connection free: the same command may work
 * later. Nothing is said about its outcome.
 */
export function isMongoDown(error: unknown): boolean {
  if (error instanceof MongoNetworkError || error instanceof MongoServerSelectionError) return true;
  if (!(error instanceof MongoError)) return false;
  if (error instanceof MongoServerError && PASSING_CODES.has(Number(error.code))) return true;
  return (
    error.hasErrorLabel('RetryableWriteError') ||
    error.name === 'MongoPoolClearedError' ||
    error.name === 'MongoWaitQueueTimeoutError' ||
    error.name === 'MongoTopologyClosedError'
  );
}
