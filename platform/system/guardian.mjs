/**
 * Ends the launcher's children when the launcher dies without doing so (kill -9, out of memory). Its standard input is
 * a pipe from the launcher that nobody writes to: it closes exactly when the launcher is gone.
 *
 *   node guardian.mjs <file with the children's records>
 */
import { endProcesses } from './end-processes.mjs';
import { readJson } from './files.mjs';

const [recordFile] = process.argv.slice(2);

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, () => {});

process.stdin.resume();
process.stdin.once('close', () => void endChildren());

async function endChildren() {
  // After an orderly end the file lists nobody.
  await endProcesses((recordFile && readJson(recordFile)) || []);
  process.exit();
}
