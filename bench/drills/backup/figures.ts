import { z } from 'zod';
import { percentiles } from '../../frame/percentiles.ts';

const count = z.int().nonnegative();
const ms = z.number().nonnegative();
/** By step and kind. */
const failures = z.record(z.string(), z.int().positive());

export const backupFigures = z.strictObject({
  /** Purchases that the load brought to their tickets, before, during and after the backup. */
  purchases: count,
  /** Answered for when writes were about to stand still. */
  ordersAcknowledged: count,
  ordersInFlight: count,
  ordersMissing: count,
  /** There, but in an earlier state than was acknowledged, or without the ticket that was seen. */
  ordersSetBack: count,
  /** Neither tickets nor the money back, a minute after they were paid for in the restored house or before. */
  ordersUnended: count,
  ordersCompleted: count,
  ordersGivenBack: count,
  /** Of all completed orders, scanned in the restored house. */
  ticketsAdmitted: count,
  ticketsRefused: count,
  /** By `verify` in the first house, when the load was over. */
  violationsBefore: count,
  /** By `verify` in the restored house, after the scans. */
  violations: count,
  /** Things that `verify` judged in the restored house. */
  judged: count,
  /** Houses in which something was on its way for longer than a minute. */
  unquietHouses: count,
  /** In the restored house: declared copies of all services, and their documents that equal the rebuilt ones. */
  copiesCompared: count,
  copiesDifferent: count,
  copiedDocuments: count,
  /** In the backup. */
  documents: count,
  messages: count,
  backupMs: ms,
  writesPausedMs: ms,
  /** From an empty folder until every service of the restored house is ready, the start of its engines included. */
  restoreMs: ms,
  /** Hold to tickets, the backup's time included. */
  purchaseMs: percentiles.nullable(),
  /** Failures that the load was answered with. */
  unavailableAnswers: count,
  errors: z.strictObject({ load: failures, restored: failures }),
});
export type BackupFigures = z.output<typeof backupFigures>;
