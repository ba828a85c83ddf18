import type { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import {
  CLOCK,
  type Clock,
  fail,
  type NotFound,
  ok,
  type Result,
  type RetryLater,
  type WrongState,
} from '#kernel';
import { AmendEvent } from '../../events/application/amend-event.ts';
import type { EventImage } from '../domain/event-image.ts';
import { readUploadToken, type UploadNotOpen, type UploadOrder } from '../domain/upload-token.ts';
import {
  ImageTooLarge,
  inspect,
  type TooManyImages,
  type UnsupportedImage,
  type UnusableImage,
  withImage,
} from '../domain/uploaded-image.ts';
import { IMAGE_STORE, type ImageStore, TooManyBytes } from './image-store.ts';
import { UPLOAD_KEY } from './request-image-upload.ts';

type RefusedBytes = ImageTooLarge | UnsupportedImage | UnusableImage;
export type StoreImageFailure =
  UploadNotOpen | RefusedBytes | TooManyImages | WrongState | NotFound | RetryLater;

/**
 * Takes the bytes of an image. First they are stored, then the event says that it has the image: a crash in between leaves
 * a file that no event shows, which a sweep removes, never an event that shows what is not there. An upload may be sent
 * again while its address is open.
 */
@Injectable()
export class StoreImage {
  constructor(
    private readonly amendEvent: AmendEvent,
    @Inject(IMAGE_STORE) private readonly store: ImageStore,
    @Inject(UPLOAD_KEY) private readonly key: Buffer,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute(token: string, bytes: Readable): Promise<Result<EventImage, StoreImageFailure>> {
    const order = readUploadToken(this.key, token, this.clock.now());
    if (!order.ok) return order;
    const { imageId: id, eventId, alt } = order.value;
    const stored = await this.storeBytes(order.value, bytes);
    if (!stored.ok) return stored;
    const image: EventImage = { id, alt, ...stored.value };
    const amended = await this.amendEvent.execute(eventId, (event) => withImage(event, image));
    return amended.ok ? ok(image) : amended;
  }

  private async storeBytes(
    { imageId, contentType, bytes: announced }: UploadOrder,
    bytes: Readable,
  ): Promise<Result<Omit<EventImage, 'id' | 'alt'>, RefusedBytes>> {
    try {
      const received = await this.store.receive(imageId, bytes, announced);
      const inspected = inspect(received.header, contentType);
      await (inspected.ok ? received.keep() : received.discard());
      return inspected;
    } catch (error) {
      if (error instanceof TooManyBytes)
        return fail(new ImageTooLarge(`More than the ${announced} bytes that were announced came.`));
      throw error;
    }
  }
}
