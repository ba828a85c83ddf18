import fc from 'fast-check';
import { SCAN_DIRECTIONS, type ScanDirection } from '#contracts';
import { FixedClock } from '#testing';
import type { Admission } from '../../admissions/domain/admission.ts';
import type { AdmissionsRepository } from '../../admissions/infrastructure/admissions.repository.ts';
import type { DoorEvent } from '../../copies/domain/copies.ts';
import type { TicketsRepository } from '../../copies/infrastructure/tickets.repository.ts';
import type { ReadCode } from '../domain/decision.ts';
import type { DecidedScan, Reading } from '../domain/scan.ts';
import type { PendingScan, ScansRepository, StoredScan } from '../infrastructure/scans.repository.ts';
import { DecideScan } from './decide-scan.ts';
import type { ReadCodeText } from './read-code-text.ts';
import type { ScanFacts } from './scan-facts.ts';
import { SettleAbandonedScans } from './settle-abandoned-scans.ts';

/*
 * The protocol of DecideScan under every order of steps that fast-check thinks of: each access to a collection is a
 * step, and a step may be the last one of its process. The collections are models that keep the contracts of the real
 * ones (unique ids, compare-and-set); the real ones are tested in checkin.service.spec.ts.
 */

class Crash extends Error {}

type Step = <T>(work: () => T) => Promise<T>;

class AdmissionModel {
  admission: Admission | undefined;

  constructor(private readonly step: Step) {}

  find = (): Promise<Admission | undefined> => this.step(() => this.admission);

  findMany = (): Promise<Map<string, Admission>> =>
    this.step(() => new Map(this.admission ? [['TICKET', this.admission]] : []));

  move = (after: Admission): Promise<boolean> =>
    this.step(() => {
      if ((this.admission?.version ?? 0) !== after.version - 1) return false;
      this.admission = after;
      return true;
    });
}

class ScansModel {
  readonly stored = new Map<string, StoredScan>();

  constructor(private readonly step: Step) {}

  find = (id: string): Promise<StoredScan | undefined> => this.step(() => this.stored.get(id));

  pend = (pending: PendingScan, previousBasis: number | undefined): Promise<boolean> =>
    this.step(() => {
      const known = this.stored.get(pending.scan.id);
      const expected = previousBasis === undefined ? !known : isPendingOn(known, previousBasis);
      if (expected) this.stored.set(pending.scan.id, { state: 'PENDING', pending });
      return expected;
    });

  settle = (scan: DecidedScan, basis: number | undefined): Promise<boolean> =>
    this.step(() => {
      const known = this.stored.get(scan.id);
      if (known && (basis === undefined || !isPendingOn(known, basis))) return false;
      this.stored.set(scan.id, { state: 'DECIDED', scan });
      return true;
    });

  findPendingSince = (): Promise<PendingScan[]> =>
    this.step(() =>
      [...this.stored.values()].flatMap((one) => (one.state === 'PENDING' ? [one.pending] : [])),
    );

  forget = ({ scan, basis }: PendingScan): Promise<void> =>
    this.step(() => {
      if (isPendingOn(this.stored.get(scan.id), basis)) this.stored.delete(scan.id);
    });
}

function isPendingOn(stored: StoredScan | undefined, basis: number): boolean {
  return stored?.state === 'PENDING' && stored.pending.basis === basis;
}

const event: DoorEvent = {
  id: 'EVENT',
  organizationId: 'house',
  status: 'PUBLISHED',
  endsAt: new Date('2027-03-01T23:00:00Z'),
};
const code: ReadCode = {
  kind: 'GENUINE',
  signedBy: 'house',
  eventId: 'EVENT',
  ticketId: 'TICKET',
  credentialVersion: 1,
  expiresAt: new Date('2028-01-01T00:00:00Z'),
};

function readingOf(nonce: number, direction: ScanDirection): Reading {
  const scannedAt = new Date('2027-03-01T19:00:00Z');
  return {
    eventId: 'EVENT',
    deviceId: 'd',
    nonce: `${nonce}`,
    lane: 'A',
    direction,
    payload: 'x',
    scannedAt,
    scannedBy: 's',
  };
}

interface House {
  readonly decide: DecideScan;
  readonly settleAbandoned: SettleAbandonedScans;
  readonly admissions: AdmissionModel;
  readonly scans: ScansModel;
}

function house(step: Step): House {
  const admissions = new AdmissionModel(step);
  const scans = new ScansModel(step);
  const decide = new DecideScan(
    { find: async () => undefined } as unknown as TicketsRepository,
    admissions as unknown as AdmissionsRepository,
    scans as unknown as ScansRepository,
    { execute: async () => code } as unknown as ReadCodeText,
    { admitted: () => ({}), refused: () => ({}) } as unknown as ScanFacts,
    new FixedClock(),
  );
  const settleAbandoned = new SettleAbandonedScans(
    scans as unknown as ScansRepository,
    admissions as unknown as AdmissionsRepository,
    new FixedClock(),
  );
  return { decide, settleAbandoned, admissions, scans };
}

/** Each scan has one verdict, ADMITTED exactly if its movement is in the admission, and movements go in and out by turns. */
function expectAgreement({ admissions, scans }: House): void {
  const movements = admissions.admission?.movements ?? [];
  const moved = movements.map(({ scanId }) => scanId);
  expect(new Set(moved).size).toBe(moved.length);
  movements.forEach(({ direction }, i) => expect(direction).toBe(i % 2 === 0 ? 'ENTRY' : 'EXIT'));
  for (const [id, stored] of scans.stored) {
    if (stored.state === 'PENDING') throw new Error('a scan was left undecided');
    expect({ id, admitted: stored.scan.decision === 'ADMITTED' }).toEqual({
      id,
      admitted: moved.includes(id),
    });
  }
  expect([...scans.stored.keys()]).toEqual(expect.arrayContaining(moved));
}

const anyScans = fc.array(fc.constantFrom(...SCAN_DIRECTIONS), { minLength: 1, maxLength: 6 });

describe('deciding a scan', () => {
  it('comes to one end for all, in whatever order concurrent deciders and repeats take their steps', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), anyScans, async (scheduler, directions) => {
        const it = house((work) => scheduler.schedule(Promise.resolve()).then(work));
        // Each reading comes three times at once: by the mutation, by its retry, and over Kafka, say.
        const work = directions.flatMap((direction, nonce) =>
          [1, 2, 3].map(() => it.decide.execute(readingOf(nonce, direction), event, 'KNOWN')),
        );
        const outcomes = await scheduler.waitFor(Promise.all(work));
        expectAgreement(it);
        const answers = new Map<string, string>();
        for (const outcome of outcomes) {
          if (!outcome.ok) throw new Error(outcome.failure.code);
          const { id, decision } = outcome.value;
          expect(decision).toBe(answers.get(id) ?? decision);
          answers.set(id, decision);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('comes to the same end when processes die at any step and their readings are sent again', async () => {
    const dies = fc.infiniteStream(fc.integer({ min: 0, max: 9 }));
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), anyScans, dies, async (scheduler, directions, fate) => {
        let mortal = true;
        const it = house(async (work) => {
          await scheduler.schedule(Promise.resolve());
          // A process may die before the write, or after it and before it learns of it.
          const die = mortal ? fate.next().value : 9;
          if (die === 0) throw new Crash();
          const result = work();
          if (die === 1) throw new Crash();
          return result;
        });
        const send = async (): Promise<void> => {
          const work: Promise<unknown>[] = directions.map((direction, nonce) =>
            it.decide.execute(readingOf(nonce, direction), event, 'KNOWN'),
          );
          // Here it comes at any moment, not only when the deciders have surely gone.
          work.push(it.settleAbandoned.execute());
          for (const outcome of await scheduler.waitFor(Promise.allSettled(work))) {
            if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(Crash);
          }
        };
        await send();
        const before = it.admissions.admission?.movements ?? [];
        mortal = false;
        await send();
        expect(it.admissions.admission?.movements.slice(0, before.length) ?? []).toEqual(before);
        expectAgreement(it);
      }),
      { numRuns: 500 },
    );
  });
});
