import { fail, Failure, ok, type Result, WrongState } from '#kernel';
import type { Event } from '../../events/domain/event.ts';
import { type EventImage, IMAGE_TYPES, type ImageType, MAX_IMAGES } from './event-image.ts';
import { dimensionsOf, imageTypeOf } from './image-format.ts';

/** Largest file, in bytes. */
export const MAX_IMAGE_BYTES = 5 * 1024 * 1024;
/** Longest side and largest area, in pixels: decoding costs whoever looks at it 4 bytes for each. */
export const MAX_SIDE = 8_000;
const MAX_AREA = 40_000_000;

/** The event shows as many images as an event may. */
export class TooManyImages extends Failure {
  readonly code = 'TOO_MANY_IMAGES';
  readonly limit = MAX_IMAGES;

  constructor() {
    super(`The event has ${MAX_IMAGES} images: remove one first.`);
  }
}

/** The bytes are not an image of the type that was announced. */
export class UnsupportedImage extends Failure {
  readonly code = 'UNSUPPORTED_IMAGE';
}

/** More bytes than an image may have, or than were announced. */
export class ImageTooLarge extends Failure {
  readonly code = 'IMAGE_TOO_LARGE';
}

/** An image whose dimensions are out of bounds or cannot be read. */
export class UnusableImage extends Failure {
  readonly code = 'UNUSABLE_IMAGE';
}

/** What the bytes are, judged by themselves: `header` is how the file begins. */
export function inspect(
  header: Buffer,
  announced: ImageType,
): Result<Pick<EventImage, 'contentType' | 'width' | 'height'>, UnsupportedImage | UnusableImage> {
  const contentType = imageTypeOf(header);
  if (!contentType) return fail(new UnsupportedImage(`The file is none of ${IMAGE_TYPES.join(', ')}.`));
  if (contentType !== announced)
    return fail(new UnsupportedImage(`The file is ${contentType}, but ${announced} was announced.`));
  const dimensions = dimensionsOf(contentType, header);
  if (!dimensions) return fail(new UnusableImage("The image's dimensions cannot be read: save it anew."));
  const { width, height } = dimensions;
  const fits =
    width > 0 && height > 0 && width <= MAX_SIDE && height <= MAX_SIDE && width * height <= MAX_AREA;
  if (!fits)
    return fail(
      new UnusableImage(
        `The image has ${width} × ${height} pixels: at most ${MAX_SIDE} a side and ${MAX_AREA} in all.`,
      ),
    );
  return ok({ contentType, width, height });
}

/** Whether an event may be given one more image. */
export function hasRoomForImage({ status, images }: Event): Result<true, TooManyImages | WrongState> {
  if (status === 'CANCELLED') return fail(new WrongState(status, 'A cancelled event takes no changes.'));
  return images.length < MAX_IMAGES ? ok(true) : fail(new TooManyImages());
}

/** The event with the image as its last; the same event when it has it already. */
export function withImage(event: Event, image: EventImage): Result<Event, TooManyImages | WrongState> {
  if (event.images.some(({ id }) => id === image.id)) return ok(event);
  const room = hasRoomForImage(event);
  return room.ok ? ok({ ...event, images: [...event.images, image], version: event.version + 1 }) : room;
}

/** The event without the image; the same event when it has no such image. */
export function withoutImage(event: Event, imageId: string): Result<Event, WrongState> {
  if (event.status === 'CANCELLED')
    return fail(new WrongState(event.status, 'A cancelled event takes no changes.'));
  const images = event.images.filter(({ id }) => id !== imageId);
  return ok(images.length === event.images.length ? event : { ...event, images, version: event.version + 1 });
}
