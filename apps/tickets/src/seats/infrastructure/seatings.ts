import { Injectable } from '@nestjs/common';
import { RecentAnswers } from '#persistence';
import type { EventCopy } from '../../events/infrastructure/event-copies.repository.ts';
import { EventSeating, sellsSeats } from '../domain/event-seating.ts';
import { SeatLayout } from '../domain/seat-layout.ts';
import { SectionCopiesRepository } from './section-copies.repository.ts';

/** A published plan never changes; this is only when an unused one is forgotten. */
const LAYOUT_MAX_AGE_MS = 3_600_000;
/** One of 60,000 seats takes some 0.5 MB. */
const MAX_LAYOUTS = 100;

/** The seatings of events, with the layouts of their plans in memory. */
@Injectable()
export class Seatings {
  private readonly layouts = new RecentAnswers<SeatLayout | undefined>({
    maxAgeMs: LAYOUT_MAX_AGE_MS,
    maxEntries: MAX_LAYOUTS,
  });
  /** A copy is asked for as long as it is recent; each is worked out once. */
  private readonly seatings = new WeakMap<EventCopy, EventSeating>();

  constructor(private readonly sections: SectionCopiesRepository) {}

  /** Whether the event sells seats, known here or not yet. */
  mayExist(event: EventCopy): boolean {
    return event.ticketTypes.some((type) => sellsSeats(event, type));
  }

  /** Undefined for an event that sells no seats, and while its plan is not known as a whole. */
  async of(event: EventCopy): Promise<EventSeating | undefined> {
    const { planId } = event;
    if (planId === undefined || !this.mayExist(event)) return undefined;
    const known = this.seatings.get(event);
    if (known) return known;
    const layout = await this.layouts.of(planId, async () => {
      const sections = await this.sections.wholePlan(planId);
      return sections && new SeatLayout(sections);
    });
    if (!layout) return undefined;
    const seating = new EventSeating(event, layout);
    this.seatings.set(event, seating);
    return seating;
  }
}
