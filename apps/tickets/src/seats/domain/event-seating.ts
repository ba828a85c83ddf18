import type { PublishedEvent, PublishedTicketType } from '#contracts';
import { fingerprintOf } from '../../events/domain/fingerprint.ts';
import type { SeatLayout, SeatRow, SeatSection } from './seat-layout.ts';
import { SEAT_LETTERS } from './seat.ts';

const FREE = SEAT_LETTERS.FREE.charCodeAt(0);
const TAKEN = SEAT_LETTERS.TAKEN.charCodeAt(0);

type SeatedEvent = Pick<PublishedEvent, 'planId' | 'ticketTypes'>;
type SeatedTicketType = Pick<PublishedTicketType, 'ticketTypeId' | 'sectionIds'>;

/** Whether the ticket type sells seats; else it sells units of a pool. */
export function sellsSeats({ planId }: SeatedEvent, { sectionIds }: SeatedTicketType): boolean {
  return planId !== undefined && sectionIds !== undefined && sectionIds.length > 0;
}

/** Which seats of its plan an event sells, and as which ticket type. A section is sold by one at most. */
export class EventSeating {
  /** Differs whenever the plan or the sections of a ticket type do: stock of another seating is not to be touched. */
  readonly token: string;
  private readonly sections = new Map<string, readonly SeatSection[]>();
  private readonly sellers = new Map<string, string>();

  constructor(
    event: SeatedEvent,
    readonly layout: SeatLayout,
  ) {
    const seated = event.ticketTypes.filter((ticketType) => sellsSeats(event, ticketType));
    for (const { ticketTypeId, sectionIds = [] } of seated) {
      const sold = sectionIds.flatMap((id) => layout.section(id) ?? []);
      this.sections.set(ticketTypeId, sold);
      for (const { id } of sold) this.sellers.set(id, ticketTypeId);
    }
    const described = seated.map(({ ticketTypeId, sectionIds }) => [ticketTypeId, sectionIds]);
    this.token = fingerprintOf([event.planId, described]);
  }

  /** Undefined for a section that the event does not sell. */
  sellerOf(sectionId: string): string | undefined {
    return this.sellers.get(sectionId);
  }

  sectionsOf(ticketTypeId: string): readonly SeatSection[] {
    return this.sections.get(ticketTypeId) ?? [];
  }

  soldSections(): SeatSection[] {
    return [...this.sections.values()].flat();
  }

  rowsOf(ticketTypeId: string, sectionId: string | undefined): SeatRow[] {
    return this.sectionsOf(ticketTypeId)
      .filter(({ id }) => sectionId === undefined || id === sectionId)
      .flatMap(({ rows }) => rows);
  }

  /** The letters of all seats of the plan when nobody holds any and those of `taken` are sold. */
  lettersWith(taken: Iterable<string>): string {
    const { layout } = this;
    const letters = Buffer.alloc(layout.size, SEAT_LETTERS.BLOCKED);
    for (const { from, count } of this.soldSections())
      for (let at = from; at < from + count; at++) if (layout.blocked[at] !== 1) letters[at] = FREE;
    for (const seatId of taken) {
      const at = layout.placeOf(seatId);
      if (at !== undefined) letters[at] = TAKEN;
    }
    return letters.toString('latin1');
  }
}
