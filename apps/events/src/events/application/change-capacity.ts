import { Injectable } from '@nestjs/common';
import {
  fail,
  type InvalidInput,
  NotFound,
  NotSignedIn,
  ok,
  parseInput,
  type Result,
  type WrongState,
} from '#kernel';
import type { Viewer } from '#security';
import { changeCapacity } from '../domain/capacity-change.ts';
import type { Event } from '../domain/event.ts';
import { capacityInput } from '../domain/event-input.ts';
import type { TicketType } from '../domain/ticket-type.ts';
import { EventsRepository } from '../infrastructure/events.repository.ts';
import { ChangeEvent, type ChangeEventFailure } from './change-event.ts';
import { isVisible } from './visibility.ts';

export interface ChangedCapacity {
  readonly event: Event;
  readonly ticketType: TicketType;
}

/** Asks for another capacity of a ticket type. Of a public event `tickets` decides: see `SettleCapacities`. */
@Injectable()
export class ChangeCapacity {
  constructor(
    private readonly changeEvent: ChangeEvent,
    private readonly events: EventsRepository,
  ) {}

  async execute(
    viewer: Viewer | undefined,
    ticketTypeId: string,
    capacity: unknown,
  ): Promise<Result<ChangedCapacity, ChangeEventFailure | InvalidInput | WrongState>> {
    const parsed = parseInput(capacityInput, { capacity });
    if (!parsed.ok) return parsed;
    if (!viewer) return fail(new NotSignedIn());
    const seller = (await this.events.findManyByTicketType([ticketTypeId])).get(ticketTypeId);
    if (!seller || !isVisible(seller, viewer)) return fail(new NotFound('ticket type', ticketTypeId));
    const changed = await this.changeEvent.execute(viewer, seller.id, (event, now) =>
      changeCapacity(event, ticketTypeId, parsed.value.capacity, now),
    );
    if (!changed.ok) return changed;
    const ticketType = changed.value.ticketTypes.find(({ id }) => id === ticketTypeId);
    return ticketType
      ? ok({ event: changed.value, ticketType })
      : fail(new NotFound('ticket type', ticketTypeId));
  }
}
