import { Injectable } from '@nestjs/common';
import { type InvalidInput, parseInput, type Result, type WrongState } from '#kernel';
import type { Viewer } from '#security';
import { cancel, type Event } from '../domain/event.ts';
import { cancelEventInput } from '../domain/event-input.ts';
import { ChangeEvent, type ChangeEventFailure } from './change-event.ts';

/** Calls an event off. `tickets` learns of it by its fact, lets nobody buy any more, and pays back. */
@Injectable()
export class CancelEvent {
  constructor(private readonly changeEvent: ChangeEvent) {}

  async execute(
    viewer: Viewer | undefined,
    eventId: string,
    reason: unknown,
  ): Promise<Result<Event, ChangeEventFailure | InvalidInput | WrongState>> {
    const parsed = parseInput(cancelEventInput, { reason });
    if (!parsed.ok) return parsed;
    return this.changeEvent.execute(viewer, eventId, (event, now) => cancel(event, now, parsed.value.reason));
  }
}
