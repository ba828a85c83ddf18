import { Injectable } from '@nestjs/common';
import type { InvalidInput, Result, WrongState } from '#kernel';
import type { Viewer } from '#security';
import { type Event, publish } from '../domain/event.ts';
import { ChangeEvent, type ChangeEventFailure } from './change-event.ts';

@Injectable()
export class PublishEvent {
  constructor(private readonly changeEvent: ChangeEvent) {}

  execute(
    viewer: Viewer | undefined,
    eventId: string,
  ): Promise<Result<Event, ChangeEventFailure | InvalidInput | WrongState>> {
    return this.changeEvent.execute(viewer, eventId, publish);
  }
}
