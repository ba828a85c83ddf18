import { Injectable } from '@nestjs/common';
import { ticketsCapacities } from '#contracts';
import { FactConsumer } from '#messaging';
import { SettleCapacities } from '../application/settle-capacities.ts';

/** Learns what `tickets` decided about wished capacities. */
@Injectable()
export class CapacitiesConsumer {
  constructor(consumer: FactConsumer, settleCapacities: SettleCapacities) {
    consumer.subscribe({
      topic: ticketsCapacities,
      each: {
        CapacityChanged: ({ payload }) => settleCapacities.execute(payload),
        CapacityChangeRefused: ({ payload }) => settleCapacities.execute(payload),
      },
    });
  }
}
