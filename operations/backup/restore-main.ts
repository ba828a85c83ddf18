/** The work of npm run restore; platform/launcher/restore.mjs starts the engines for it. */
import { findEngines } from '../house/engines.ts';
import { House } from '../house/house.ts';
import { terminal } from '../house/terminal.ts';
import { EXIT, runTool } from '../house/tool.ts';
import { readRestoreCommand } from './arguments.ts';
import { contentsInWords } from './report.ts';
import { restoreBackup } from './restore-backup.ts';

await runTool('restore', async () => {
  const command = readRestoreCommand(process.argv.slice(2));
  const house = await House.open(findEngines(process.env));
  try {
    const secretsFile = process.env['TESSERA_SECRETS_FILE'];
    const manifest = await restoreBackup(house, { ...command, secretsFile });
    terminal.say(
      `Restored ${contentsInWords(manifest)}.\n` +
        `The house is as it was at ${manifest.takenAt}. Start it with npm start, and look it over with npm run verify.`,
    );
    return EXIT.good;
  } finally {
    await house.close();
  }
});
