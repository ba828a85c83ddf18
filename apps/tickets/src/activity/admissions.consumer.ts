import { Injectable } from '@nestjs/common';
import { checkinAdmissions } from '#contracts';
import { FactConsumer } from '#messaging';
import { ActivityFeed } from './activity-feed.ts';

/** Scans at the door, for those who watch the event live. */
@Injectable()
export class AdmissionsConsumer {
  constructor(consumer: FactConsumer, activity: ActivityFeed) {
    consumer.subscribe({
      topic: checkinAdmissions,
      each: { ScanDecided: (fact) => activity.ticketScanned(fact) },
    });
  }
}
