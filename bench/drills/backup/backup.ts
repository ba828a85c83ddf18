import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Manifest } from '../../../operations/backup/manifest.ts';
import { exercise, type Stage } from '../../frame/exercise.ts';
import { wholeNumber } from '../../frame/options.ts';
import { type BackupFigures, backupFigures } from './figures.ts';
import { complaintOf } from './judgement.ts';
import { lookOver } from './looking-over.ts';
import { sellAndBackUp, type Wishes } from './selling.ts';

/** Preparation, the start of the second house, and looking both over. */
const SPARE_S = 600;

export const backupDrill = exercise({
  kind: 'drill',
  name: 'backup',
  summary:
    'a backup while people buy, restored into an empty house: orders, tickets at the door, invariants, copies',
  options: {
    clients: wholeNumber('people who browse and buy meanwhile', { fallback: 4, min: 1, max: 64 }),
    seconds: wholeNumber('load before the backup', { fallback: 8, min: 1, max: 120 }),
  },
  limitS: ({ seconds }) => SPARE_S + seconds,
  figures: backupFigures,
  run: backup,
  complaint: complaintOf,
});

async function backup(stage: Stage, wishes: Wishes): Promise<BackupFigures> {
  // Readable by its owner only, for it has keys in it.
  const folder = mkdtempSync(join(tmpdir(), 'tessera-backup-'));
  try {
    const sold = await sellAndBackUp(stage, folder, wishes);
    const startedAt = performance.now();
    const restored = await stage.restoredHouse(folder);
    const restoreMs = Math.round(performance.now() - startedAt);
    const { soundness, copies, errors, ...counts } = await lookOver(stage, restored, {
      ...sold,
      clients: wishes.clients,
    });
    return {
      purchases: sold.purchases,
      ...counts,
      violationsBefore: sold.soundness.violations,
      violations: soundness.violations,
      judged: soundness.judged,
      unquietHouses: [sold.soundness, soundness].filter(({ isQuiet }) => !isQuiet).length,
      copiesCompared: copies.compared,
      copiesDifferent: copies.different,
      copiedDocuments: copies.documentsSame,
      ...contentsOf(sold.manifest),
      backupMs: sold.backupMs,
      writesPausedMs: sold.manifest.writesHeldMs,
      restoreMs,
      purchaseMs: sold.purchaseMs,
      unavailableAnswers: Object.values(sold.errors).reduce((sum, count) => sum + count, 0),
      errors: { load: sold.errors, restored: errors },
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function contentsOf({ collections, topics }: Manifest): { documents: number; messages: number } {
  const partitions = topics.flatMap((topic) => topic.partitions);
  return {
    documents: collections.reduce((sum, { documents }) => sum + documents, 0),
    messages: partitions.reduce((sum, { messages }) => sum + messages, 0),
  };
}
