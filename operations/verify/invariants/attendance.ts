import type { House } from '../../house/house.ts';
import { batchesOf, byId } from '../batches.ts';
import type { AdmissionDocument, ScanDocument, TicketDocument } from '../documents.ts';
import type { Findings, Invariant } from '../invariant.ts';

export const attendance: Invariant = {
  name: 'attendance',
  says: 'every movement of an admission is one admitted scan, every admitted scan one movement, and each is of a ticket',
  look: async (house, findings) => {
    await lookAtAdmissions(house, findings);
    await lookAtScans(house, findings);
  },
};

async function lookAtAdmissions(house: House, findings: Findings): Promise<void> {
  const admissions = house.database('checkin').collection<AdmissionDocument>('admissions');
  const scans = house.database('checkin').collection<ScanDocument>('scans');
  const tickets = house.database('tickets').collection<TicketDocument>('tickets');
  for await (const batch of batchesOf(admissions, {}, ['version', 'inside', 'movements'])) {
    const scanIds = batch.flatMap(({ movements }) => movements.map(({ scanId }) => scanId));
    const [scanned, issued] = await Promise.all([
      byId(scans, scanIds, ['decision', 'ticketId']),
      byId(
        tickets,
        batch.map(({ _id }) => _id),
        [],
      ),
    ]);
    for (const admission of batch) {
      findings.judged();
      judgeAdmission(admission, scanned, findings);
      if (!issued.has(admission._id))
        findings.violated(
          `ticket:${admission._id}`,
          `ticket ${admission._id} was let in and was never issued`,
        );
    }
  }
}

function judgeAdmission(
  { _id: ticketId, version, inside, movements }: AdmissionDocument,
  scanned: ReadonlyMap<string, ScanDocument>,
  findings: Findings,
): void {
  if (version !== movements.length)
    findings.violated(
      `version:${ticketId}`,
      `admission of ticket ${ticketId} has version ${version} and ${movements.length} movements`,
    );
  if (inside !== (movements.at(-1)?.direction === 'ENTRY'))
    findings.violated(
      `inside:${ticketId}`,
      `admission of ticket ${ticketId} says ${inside ? 'inside' : 'outside'}, its last movement the contrary`,
    );
  const ids = new Set(movements.map(({ scanId }) => scanId));
  if (ids.size !== movements.length)
    findings.violated(`twice:${ticketId}`, `admission of ticket ${ticketId} counts a scan twice`);
  for (const scanId of ids) {
    const scan = scanned.get(scanId);
    // One that has no decision yet gets it from this very movement.
    if (scan && scan.decision === undefined) findings.skipped('scans that are being decided');
    else if (scan?.decision !== 'ADMITTED' || scan.ticketId !== ticketId)
      findings.violated(
        `scan:${scanId}`,
        `scan ${scanId} moved ticket ${ticketId}, and ${scan ? `is ${scan.decision} for ticket ${scan.ticketId}` : 'is not there'}`,
      );
  }
}

async function lookAtScans(house: House, findings: Findings): Promise<void> {
  const scans = house.database('checkin').collection<ScanDocument>('scans');
  const admissions = house.database('checkin').collection<AdmissionDocument>('admissions');
  for await (const batch of batchesOf(scans, { decision: 'ADMITTED' }, ['ticketId'])) {
    const moved = await byId(
      admissions,
      batch.flatMap(({ ticketId }) => ticketId ?? []),
      ['movements'],
    );
    for (const { _id, ticketId = '' } of batch) {
      findings.judged();
      if (!moved.get(ticketId)?.movements.some(({ scanId }) => scanId === _id))
        findings.violated(
          `scan:${_id}`,
          `scan ${_id} let ticket ${ticketId} pass, and its admission does not know it`,
        );
    }
  }
}
