import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock } from '#kernel';
import { movementOf } from '../../admissions/domain/admission.ts';
import { AdmissionsRepository } from '../../admissions/infrastructure/admissions.repository.ts';
import { ScansRepository } from '../infrastructure/scans.repository.ts';

/** Far longer than a decision takes. */
const ABANDONED_AFTER_MS = 30_000;
const BATCH = 200;

/**
 * Cleans up after a process that died in the middle of a decision, where the device did not send its reading again.
 * A scan that had moved the ticket gets its verdict. One that had not is forgotten, not let in: nobody stands at the
 * door any more, and a retry of its reading is decided anew.
 */
@Injectable()
export class SettleAbandonedScans {
  constructor(
    private readonly scans: ScansRepository,
    private readonly admissions: AdmissionsRepository,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute(): Promise<void> {
    const before = new Date(this.clock.now().getTime() - ABANDONED_AFTER_MS);
    const abandoned = await this.scans.findPendingSince(before, BATCH);
    if (abandoned.length === 0) return;
    const admissions = await this.admissions.findMany(abandoned.map(({ scan }) => scan.ticketId));
    for (const pending of abandoned) {
      const movement = movementOf(admissions.get(pending.scan.ticketId), pending.scan.id);
      if (movement) {
        const { decidedAt } = movement;
        await this.scans.settle(
          { ...pending.scan, decision: 'ADMITTED', reason: 'OK', decidedAt },
          pending.basis,
        );
      } else {
        await this.scans.forget(pending);
      }
    }
  }
}
