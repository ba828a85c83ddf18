import type { Failure } from './failure.ts';

/** What a use case answers: a value, or an expected failure. Bugs and dead engines throw instead. */
export type Result<T, F extends Failure = Failure> = Ok<T> | Failed<F>;

export interface Ok<T> {
  readonly ok: true;
  readonly value: T;
}

export interface Failed<F extends Failure> {
  readonly ok: false;
  readonly failure: F;
}

export function ok<T>(value: T): Ok<T> {
  return { ok: true, value };
}

export function fail<F extends Failure>(failure: F): Failed<F> {
  return { ok: false, failure };
}

/** The value, or an error for the case in which a failure would be a bug. */
export function unwrap<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new Error(`unexpected failure ${result.failure.code}: ${result.failure.message}`);
}
