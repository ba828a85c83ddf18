import { Injectable } from '@nestjs/common';
import type { Result, WrongState } from '#kernel';
import type { Viewer } from '#security';
import { ChangeEvent, type ChangeEventFailure } from '../../events/application/change-event.ts';
import type { Event } from '../../events/domain/event.ts';
import { withoutImage } from '../domain/uploaded-image.ts';

/** Takes an image from an event. Its bytes stay while copies of the event show it, and go with the next sweeps. */
@Injectable()
export class RemoveEventImage {
  constructor(private readonly changeEvent: ChangeEvent) {}

  execute(
    viewer: Viewer | undefined,
    eventId: string,
    imageId: string,
  ): Promise<Result<Event, ChangeEventFailure | WrongState>> {
    return this.changeEvent.execute(viewer, eventId, (event) => withoutImage(event, imageId));
  }
}
