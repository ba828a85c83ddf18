import { Inject, Injectable } from '@nestjs/common';
import { IDS, type IdSource } from '#kernel';
import type { Event } from '../domain/event.ts';
import { EventsRepository } from '../infrastructure/events.repository.ts';

/** Event ids are short (48 bits), so that two can meet: with a million events, once in 280 million tries. */
const MAX_ID_TRIES = 5;

/** Writes a new draft, under another id if its own is taken. */
@Injectable()
export class AddDraft {
  constructor(
    private readonly events: EventsRepository,
    @Inject(IDS) private readonly ids: IdSource,
  ) {}

  async execute(draft: Event): Promise<Event> {
    let event = draft;
    for (let tries = 1; tries <= MAX_ID_TRIES; tries++) {
      if (await this.events.addDraft(event)) return event;
      event = { ...draft, id: this.ids.eventId() };
    }
    throw new Error(`${MAX_ID_TRIES} event ids in a row were taken: the id source is not random`);
  }
}
