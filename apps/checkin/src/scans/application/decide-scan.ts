import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock, fail, InvalidInput, ok, type Result, RetryLater } from '#kernel';
import { counter } from '#observability';
import { type Admission, afterMovement, movementOf } from '../../admissions/domain/admission.ts';
import { AdmissionsRepository } from '../../admissions/infrastructure/admissions.repository.ts';
import type { DoorEvent } from '../../copies/domain/copies.ts';
import { TicketsRepository } from '../../copies/infrastructure/tickets.repository.ts';
import { decidePassage, decideRight, type DeviceStanding, type ReadCode } from '../domain/decision.ts';
import {
  type DecidedScan,
  isSameReading,
  type PassableScan,
  type Reading,
  type Scan,
  scanOf,
  type Verdict,
} from '../domain/scan.ts';
import { ScansRepository, type StoredScan } from '../infrastructure/scans.repository.ts';
import { ReadCodeText } from './read-code-text.ts';
import { ScanFacts } from './scan-facts.ts';

export type ScanOutcome = Result<DecidedScan, InvalidInput | RetryLater>;

/** How often other movements of the same ticket may come first before the device is asked to try again. */
const MAX_TRIES = 8;

const decisions = counter('tessera_scans_decided_total', 'Scans decided', ['decision', 'reason']);

/**
 * Decides a reading, whichever way it came. Sent again, also after a crash at any point, it comes to the same end:
 *
 * 1. The right to pass (signature, event, ticket) is looked at once. A refusal is kept at once, with its fact.
 * 2. Else the scan is kept as PENDING, with the version of the ticket's admission that it is decided on: its basis.
 * 3. One compare-and-set on that version of the admission lets it in, with its fact. Of any number of lanes one wins.
 * 4. The scan gets its verdict. If another movement came first, it starts again from 2 on the newer version.
 *
 * Several may decide one scan at once. They agree: on one basis `decidePassage` says the same to all, a newer basis
 * makes the compare-and-set of the older one fail for ever, and a movement that is there already is the verdict.
 */
@Injectable()
export class DecideScan {
  constructor(
    private readonly tickets: TicketsRepository,
    private readonly admissions: AdmissionsRepository,
    private readonly scans: ScansRepository,
    private readonly readCode: ReadCodeText,
    private readonly facts: ScanFacts,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Fails for a nonce that the device has used for another reading. `event` is the one at whose door it stands. */
  async execute(reading: Reading, event: DoorEvent, device: DeviceStanding): Promise<ScanOutcome> {
    const code = await this.readCode.execute(reading.payload);
    // Who holds the ticket is nothing to a device that the door does not know.
    const ticketId = device === 'KNOWN' ? ownTicketOf(code, event) : undefined;
    const scan = scanOf(reading, event.organizationId, ticketId);
    const reason = await this.rightOf(reading, code, event, device);
    if (reason === 'OK' && isPassable(scan)) return this.pass(scan);
    const refused: DecidedScan = { ...scan, decision: 'REFUSED', reason, decidedAt: this.clock.now() };
    if (await this.keep(refused, undefined)) return ok(refused);
    return this.answerAgain(scan, await this.scans.find(scan.id));
  }

  private async rightOf(
    { direction, scannedAt }: Reading,
    code: ReadCode,
    event: DoorEvent,
    device: DeviceStanding,
  ): Promise<Verdict['reason']> {
    const ticket = code.kind === 'GENUINE' ? await this.tickets.find(code.ticketId) : undefined;
    return decideRight({ code, event, ticket, device, direction, scannedAt });
  }

  /** Steps 2 to 4. `basis` is that of the stored pending scan; undefined when none is stored. */
  private async pass(scan: PassableScan, basis?: number): Promise<ScanOutcome> {
    let storedBasis = basis;
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const admission = await this.admissions.find(scan.ticketId);
      let verdict = this.verdictOn(scan, admission);
      if (!verdict) {
        const pending = { scan, basis: admission?.version ?? 0 };
        if (await this.scans.pend(pending, storedBasis, this.clock.now())) {
          storedBasis = pending.basis;
          verdict = await this.move(scan, admission);
          if (!verdict) continue;
        }
      }
      if (verdict && (await this.keep({ ...scan, ...verdict }, storedBasis)))
        return ok({ ...scan, ...verdict });
      const stored = await this.scans.find(scan.id);
      if (stored && (stored.state === 'DECIDED' || !isSameReading(scan, stored.pending.scan))) {
        return this.answerAgain(scan, stored);
      }
      storedBasis = stored?.pending.basis;
    }
    return fail(new RetryLater('Other scans of this ticket came first: send this one again.'));
  }

  /** What the admission says about the scan; undefined when it has to be moved first. */
  private verdictOn(scan: PassableScan, admission: Admission | undefined): Verdict | undefined {
    const movement = movementOf(admission, scan.id);
    if (movement) return { decision: 'ADMITTED', reason: 'OK', decidedAt: movement.decidedAt };
    const passage = decidePassage(scan.direction, admission);
    if (passage.allowed) return undefined;
    const { reason, usedBefore } = passage;
    return {
      decision: 'REFUSED',
      reason,
      decidedAt: this.clock.now(),
      ...(usedBefore ? { usedBefore } : {}),
    };
  }

  /** The compare-and-set; undefined when another movement came first. */
  private async move(scan: PassableScan, before: Admission | undefined): Promise<Verdict | undefined> {
    const { id, direction, lane, deviceId, scannedAt } = scan;
    const verdict: Verdict = { decision: 'ADMITTED', reason: 'OK', decidedAt: this.clock.now() };
    const movement = { scanId: id, direction, lane, deviceId, scannedAt, decidedAt: verdict.decidedAt };
    const after = afterMovement(scan, before, movement);
    const fact = this.facts.admitted({ ...scan, ...verdict }, after);
    return (await this.admissions.move(after, movement, fact)) ? verdict : undefined;
  }

  /** The fact of an admission stands in the admission's outbox; that of a refusal comes with the scan. */
  private async keep(scan: DecidedScan, basis: number | undefined): Promise<boolean> {
    const fact = scan.decision === 'ADMITTED' ? undefined : this.facts.refused(scan);
    const kept = await this.scans.settle(scan, basis, fact);
    if (kept) decisions.inc({ decision: scan.decision, reason: scan.reason });
    return kept;
  }

  private async answerAgain(scan: Scan, stored: StoredScan | undefined): Promise<ScanOutcome> {
    if (!stored) return fail(new RetryLater('The scan was being decided: send it again.'));
    const known = stored.state === 'DECIDED' ? stored.scan : stored.pending.scan;
    if (!isSameReading(scan, known)) {
      const message = 'nonce: this device has used it for another reading; choose a new one for each.';
      return fail(new InvalidInput('nonce', message));
    }
    if (stored.state === 'DECIDED') return ok(stored.scan);
    return this.pass(stored.pending.scan, stored.pending.basis);
  }
}

function ownTicketOf(code: ReadCode, event: DoorEvent): string | undefined {
  return code.kind === 'GENUINE' && code.signedBy === event.organizationId ? code.ticketId : undefined;
}

function isPassable(scan: Scan): scan is PassableScan {
  return scan.ticketId !== undefined;
}
