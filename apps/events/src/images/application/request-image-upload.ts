import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import {
  CLOCK,
  type Clock,
  fail,
  IDS,
  type IdSource,
  type InvalidInput,
  NotFound,
  NotSignedIn,
  type NotPermitted,
  ok,
  parseInput,
  type Result,
  type WrongState,
} from '#kernel';
import { requireTask, type Viewer } from '#security';
import { isVisible } from '../../events/application/visibility.ts';
import { EventsRepository } from '../../events/infrastructure/events.repository.ts';
import { IMAGE_TYPES } from '../domain/event-image.ts';
import { issueUploadToken, type UploadOrder } from '../domain/upload-token.ts';
import { hasRoomForImage, MAX_IMAGE_BYTES, type TooManyImages } from '../domain/uploaded-image.ts';

/** How long an address takes the image. */
const OPEN_FOR_MS = 10 * 60_000;

/** Nest injection token of the 32 bytes that upload tokens are signed with. */
export const UPLOAD_KEY = Symbol('UploadKey');

const uploadInput = z.object({
  contentType: z.string().pipe(z.enum(IMAGE_TYPES)),
  bytes: z.int().min(1).max(MAX_IMAGE_BYTES),
  alt: z.string().trim().min(1).max(300),
});

export interface OpenUpload {
  readonly token: string;
  readonly order: UploadOrder;
}

type RequestImageUploadFailure =
  InvalidInput | NotSignedIn | NotPermitted | NotFound | TooManyImages | WrongState;

/** Gives a member an address that takes one image of an event. Nothing is written until its bytes have come. */
@Injectable()
export class RequestImageUpload {
  constructor(
    private readonly events: EventsRepository,
    @Inject(UPLOAD_KEY) private readonly key: Buffer,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(IDS) private readonly ids: IdSource,
  ) {}

  async execute(
    viewer: Viewer | undefined,
    eventId: string,
    input: unknown,
  ): Promise<Result<OpenUpload, RequestImageUploadFailure>> {
    const parsed = parseInput(uploadInput, input);
    if (!parsed.ok) return parsed;
    if (!viewer) return fail(new NotSignedIn());
    const event = await this.events.find(eventId);
    if (!event || !isVisible(event, viewer)) return fail(new NotFound('event', eventId));
    const permitted = requireTask(viewer, 'MANAGE_EVENTS', event.organizationId);
    if (!permitted.ok) return permitted;
    const room = hasRoomForImage(event);
    if (!room.ok) return room;
    const order: UploadOrder = {
      imageId: this.ids.uuid(),
      eventId,
      ...parsed.value,
      expiresAt: new Date(this.clock.now().getTime() + OPEN_FOR_MS),
    };
    return ok({ token: issueUploadToken(this.key, order), order });
  }
}
