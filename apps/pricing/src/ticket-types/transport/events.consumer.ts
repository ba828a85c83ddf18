import { Injectable } from '@nestjs/common';
import { eventsEvents } from '#contracts';
import { FactConsumer } from '#messaging';
import { CopyTicketTypes } from '../application/copy-ticket-types.ts';

/** In batches: a first start brings thousands of events at once. */
@Injectable()
export class EventsConsumer {
  constructor(consumer: FactConsumer, copyTicketTypes: CopyTicketTypes) {
    consumer.subscribe({ topic: eventsEvents, batch: (facts) => copyTicketTypes.execute(facts) });
  }
}
