import { Injectable } from '@nestjs/common';
import { fail, NotFound, type NotPermitted, type NotSignedIn, ok, type Result, RetryLater } from '#kernel';
import { requireTask, type Viewer } from '#security';
import {
  type EventCopy,
  EventCopiesRepository,
} from '../../events/infrastructure/event-copies.repository.ts';
import { csvHeader, csvLinesOf } from '../domain/orders-csv.ts';
import { OrderListsRepository } from '../infrastructure/order-lists.repository.ts';

/** Exports that one process writes at a time: each reads a whole event. */
const MAX_AT_ONCE = 4;
/** Characters that are collected before they are sent on. */
const CHUNK_LENGTH = 32 * 1024;

export type ExportOrdersFailure = NotSignedIn | NotPermitted | NotFound | RetryLater;

/**
 * All orders of an event as CSV, oldest first, in chunks that are made as fast as they are taken. They are to be taken to
 * their end, or given up by `return`: until then they count among those of this moment.
 */
@Injectable()
export class ExportOrders {
  private running = 0;

  constructor(
    private readonly lists: OrderListsRepository,
    private readonly events: EventCopiesRepository,
  ) {}

  async execute(
    viewer: Viewer | undefined,
    eventId: string,
  ): Promise<Result<AsyncGenerator<string>, ExportOrdersFailure>> {
    const event = await this.events.find(eventId);
    if (!event) return fail(new NotFound('event', eventId));
    const allowed = requireTask(viewer, 'WATCH_SALES', event.organizationId);
    if (!allowed.ok) return allowed;
    if (this.running >= MAX_AT_ONCE) return fail(new RetryLater('Others export just now.', 5_000));
    const chunks = this.chunks(event);
    // Up to the empty one: from here on it counts, and what has begun ends in any case.
    await chunks.next();
    return ok(chunks);
  }

  private async *chunks({ eventId, ticketTypes }: EventCopy): AsyncGenerator<string> {
    this.running++;
    try {
      yield '';
      const names = new Map(ticketTypes.map(({ ticketTypeId, name }) => [ticketTypeId, name]));
      let chunk = csvHeader();
      for await (const order of this.lists.allOfEvent(eventId)) {
        chunk += csvLinesOf(order, names);
        if (chunk.length < CHUNK_LENGTH) continue;
        yield chunk;
        chunk = '';
      }
      yield chunk;
    } finally {
      this.running--;
    }
  }
}
