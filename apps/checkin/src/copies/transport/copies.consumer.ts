import { Injectable } from '@nestjs/common';
import { authDevices, eventsEvents, ticketsKeys, ticketsTickets } from '#contracts';
import { FactConsumer } from '#messaging';
import { DevicesRepository } from '../infrastructure/devices.repository.ts';
import { EventsRepository } from '../infrastructure/events.repository.ts';
import { SigningKeysRepository } from '../infrastructure/signing-keys.repository.ts';
import { TicketsRepository } from '../infrastructure/tickets.repository.ts';

/** Keeps what the doors know up to date, so that they go on while every other service is down. */
@Injectable()
export class CopiesConsumer {
  constructor(
    consumer: FactConsumer,
    events: EventsRepository,
    tickets: TicketsRepository,
    keys: SigningKeysRepository,
    devices: DevicesRepository,
  ) {
    consumer.subscribe({ topic: eventsEvents, batch: (facts) => events.copy(facts) });
    consumer.subscribe({ topic: ticketsTickets, batch: (facts) => tickets.copy(facts) });
    consumer.subscribe({ topic: ticketsKeys, batch: (facts) => keys.copy(facts) });
    consumer.subscribe({ topic: authDevices, batch: (facts) => devices.copy(facts) });
  }
}
