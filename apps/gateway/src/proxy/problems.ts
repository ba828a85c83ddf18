import type { Problem } from '#service';

export const NOT_THERE: Problem = {
  status: 404,
  code: 'NOT_FOUND',
  detail: 'There is nothing at this address.',
};

/** `detail`: what cannot be had, and that it may be later. */
export function unavailable(detail: string): Problem {
  return { status: 503, code: 'UNAVAILABLE', detail };
}
