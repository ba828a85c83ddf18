import { isRunning } from './process-identity.mjs';
import { until } from './wait.mjs';

/**
 * A child as written down, so that whoever comes later can end it. Each leads a process group of its own.
 * @typedef {import('./process-identity.mjs').ProcessIdentity & { name: string, stage: number }} ChildRecord
 */

/** The order of ending: what uses something ends before what it uses. */
export const STAGE = Object.freeze({ command: 0, service: 1, engine: 2 });

/** How long each stage may take to end by itself; a command can be run again, and npm dawdles when it is told to end. */
const GRACE_MS = Object.freeze({ command: 2_000, service: 10_000, engine: 10_000 });

/**
 * Ends the recorded processes that still run, stage by stage: SIGTERM, some time, then SIGKILL. Works on records alone,
 * so the launcher, its guardian and the next start all end children in the same way.
 * @param {readonly ChildRecord[]} records
 * @param {{ hurry?: AbortSignal }} [options] `hurry` cuts the grace short
 * @returns {Promise<ChildRecord[]>} those that were running
 */
export async function endProcesses(records, { hurry } = {}) {
  const ended = [];
  for (const [stageName, stage] of Object.entries(STAGE)) {
    const graceMs = GRACE_MS[/** @type {keyof typeof GRACE_MS} */ (stageName)];
    const running = records.filter((record) => record.stage === stage && isRunning(record));
    for (const { pid } of running) signalGroup(pid, 'SIGTERM');
    await until(() => !running.some(isRunning), { limitMs: graceMs, everyMs: 50, signal: hurry });
    // Also when the leader is gone: a member that outlived it ends here.
    for (const { pid } of running) signalGroup(pid, 'SIGKILL');
    await until(() => !running.some(isRunning), { limitMs: 5_000, everyMs: 20 });
    ended.push(...running);
  }
  return ended;
}

/**
 * @param {number} pid of the group's leader
 * @param {NodeJS.Signals} signal
 */
function signalGroup(pid, signal) {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ESRCH') throw error;
  }
}
