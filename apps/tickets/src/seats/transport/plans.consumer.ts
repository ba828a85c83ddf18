import { Injectable } from '@nestjs/common';
import { eventsPlans } from '#contracts';
import { FactConsumer } from '#messaging';
import { SectionCopiesRepository } from '../infrastructure/section-copies.repository.ts';

/** Learns of seating plans. Stock that was built before the plan was known is built again by whoever asks for its seats. */
@Injectable()
export class PlansConsumer {
  constructor(consumer: FactConsumer, sections: SectionCopiesRepository) {
    consumer.subscribe({ topic: eventsPlans, batch: (facts) => sections.copy(facts) });
  }
}
