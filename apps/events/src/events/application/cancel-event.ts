import { Injectable } from '@nestjs/common';
import type { Result, WrongState } from '#kernel';
import type { Viewer } from '#security';
import { cancel, type Event } from '../domain/event.ts';
import { ChangeEvent, type ChangeEventFailure } from './change-event.ts';

@Injectable()
export class CancelEvent {
  constructor(private readonly changeEvent: ChangeEvent) {}

  execute(
    viewer: Viewer | undefined,
    eventId: string,
  ): Promise<Result<Event, ChangeEventFailure | WrongState>> {
    return this.changeEvent.execute(viewer, eventId, { decide: cancel, fact: 'EventCancelled' });
  }
}
