import { Injectable } from '@nestjs/common';
import { checkinScans, type FactsOf } from '#contracts';
import { FactConsumer } from '#messaging';
import { TakeSubmittedScan } from '../application/take-submitted-scan.ts';

/** A submitted scan could not be decided; it is tried again for a while and then parked with this as its reason. */
class ScanNotDecided extends Error {
  override readonly name = 'ScanNotDecided';
}

@Injectable()
export class SubmittedScansConsumer {
  constructor(
    consumer: FactConsumer,
    private readonly takeSubmittedScan: TakeSubmittedScan,
  ) {
    consumer.subscribe({ topic: checkinScans, each: { ScanSubmitted: (fact) => this.take(fact) } });
  }

  private async take({ payload }: FactsOf<typeof checkinScans>): Promise<void> {
    const reading = { ...payload, scannedAt: new Date(payload.scannedAt) };
    const outcome = await this.takeSubmittedScan.execute(reading);
    if (!outcome.ok) throw new ScanNotDecided(`${outcome.failure.code}: ${outcome.failure.message}`);
  }
}
