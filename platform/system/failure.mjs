/**
 * A failure the launcher expects: it is printed as it stands, with its cure and without a stack trace.
 * Anything else that is thrown is a bug and keeps its stack.
 */
export class Failure extends Error {
  /**
   * @param {string} cause what is wrong, in one sentence
   * @param {string[]} [cures] what the reader can do, one line each
   */
  constructor(cause, cures = []) {
    super([cause, ...cures.map((cure) => `  ${cure}`)].join('\n'));
    this.name = 'Failure';
  }
}

/** The command line, or what stands in for it, is wrong: nothing was begun. */
export class WrongCommand extends Failure {}

/**
 * How a launcher ends for whoever calls it from a script.
 * @param {unknown} error
 */
export function exitCodeOf(error) {
  return error instanceof WrongCommand ? 2 : 1;
}

/** @type {Record<string, (path: string) => string>} */
const SYSTEM_FAILURES = {
  ENOSPC: (path) =>
    `The disk is full${path && ` (while writing ${path})`}.\n  Free some space and start again: what was kept so far is intact.`,
  EDQUOT: (path) =>
    `The disk quota is used up${path && ` (while writing ${path})`}.\n  Free some space and start again.`,
  EACCES: (path) =>
    `No permission to use ${path || 'a file'}.\n  Give this user access to it, or name another cache folder in TESSERA_CACHE.`,
  EROFS: (path) =>
    `${path || 'A file'} is on a read-only file system.\n  Work in a writable folder, or name another cache folder in TESSERA_CACHE.`,
  EMFILE: () => 'Too many open files.\n  Raise the limit, for example with: ulimit -n 4096',
};

/**
 * The text to show for anything that was thrown.
 * @param {unknown} error
 * @returns {string}
 */
export function explain(error) {
  if (error instanceof Failure) return error.message;
  if (!(error instanceof Error)) return String(error);
  const { code = '', path = '' } = /** @type {NodeJS.ErrnoException} */ (error);
  return SYSTEM_FAILURES[code]?.(path) ?? `This is a bug in the launcher:\n${error.stack}`;
}
