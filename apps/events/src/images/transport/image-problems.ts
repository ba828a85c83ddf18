import type { Problem } from '#service';
import type { StoreImageFailure } from '../application/store-image.ts';

const STATUS: Readonly<Record<StoreImageFailure['code'], number>> = {
  UPLOAD_NOT_OPEN: 404,
  NOT_FOUND: 404,
  WRONG_STATE: 409,
  TOO_MANY_IMAGES: 409,
  IMAGE_TOO_LARGE: 413,
  UNSUPPORTED_IMAGE: 415,
  UNUSABLE_IMAGE: 422,
  RETRY_LATER: 503,
};

export function problemOf({ code, message }: StoreImageFailure): Problem {
  return { status: STATUS[code], code, detail: message };
}

export const NO_SUCH_IMAGE: Problem = { status: 404, code: 'NOT_FOUND', detail: 'There is no such image.' };

export const BROKEN_OFF: Problem = {
  status: 400,
  code: 'BROKEN_OFF',
  detail: 'The image did not arrive whole, or not in time: send it again.',
};
