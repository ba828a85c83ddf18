import { Injectable } from '@nestjs/common';
import { AdmissionsRepository } from '../../admissions/infrastructure/admissions.repository.ts';
import { TicketsRepository } from '../../copies/infrastructure/tickets.repository.ts';
import { ScansRepository } from '../../scans/infrastructure/scans.repository.ts';

export interface Attendance {
  /** Tickets that have been let in at least once. */
  readonly admitted: number;
  /** Of those, the ones that have not left. */
  readonly inside: number;
  /** Scans that were refused. */
  readonly refused: number;
  /** Valid tickets of the event. */
  readonly expected: number;
}

/** Counts from the documents themselves, each time: the figures cannot drift from what they count. */
@Injectable()
export class CountAttendance {
  constructor(
    private readonly admissions: AdmissionsRepository,
    private readonly scans: ScansRepository,
    private readonly tickets: TicketsRepository,
  ) {}

  /** For a loader: any number of events with three queries. */
  execute = async (eventIds: readonly string[]): Promise<Map<string, Attendance>> => {
    const [admissions, refused, expected] = await Promise.all([
      this.admissions.count(eventIds),
      this.scans.countRefused(eventIds),
      this.tickets.countValid(eventIds),
    ]);
    return new Map(
      eventIds.map((eventId) => [
        eventId,
        {
          admitted: admissions.get(eventId)?.admitted ?? 0,
          inside: admissions.get(eventId)?.inside ?? 0,
          refused: refused.get(eventId) ?? 0,
          expected: expected.get(eventId) ?? 0,
        },
      ]),
    );
  };
}
