import { Injectable } from '@nestjs/common';
import { EventCopiesRepository } from '../../events/infrastructure/event-copies.repository.ts';
import type { SeatMap } from '../domain/seat-map.ts';
import { SeatBoards } from '../infrastructure/seat-boards.ts';

/** The seats of events as they are now, for anybody to look at. */
@Injectable()
export class ReadSeatMap {
  constructor(
    private readonly events: EventCopiesRepository,
    private readonly boards: SeatBoards,
  ) {}

  /** For a loader. An event that sells no seats, or whose plan is not known yet, has no entry. */
  ofEvents = async (eventIds: readonly string[]): Promise<Map<string, SeatMap>> => {
    const askedAt = performance.now();
    const maps = new Map<string, SeatMap>();
    for (const eventId of eventIds) {
      const event = await this.events.findRecent(eventId);
      const open = event && (await this.boards.open(event, askedAt));
      if (open) maps.set(eventId, open.board.mapOf(open.seating));
    }
    return maps;
  };
}
