/** npm run backup: one moment of the whole house, while it runs. */
import { dirname, join } from 'node:path';
import { HOUSE_FILE } from '#config';
import { findEngines, servicesOnOwnEngine } from '../house/engines.ts';
import { House } from '../house/house.ts';
import { terminal } from '../house/terminal.ts';
import { EXIT, Refused, runTool } from '../house/tool.ts';
import { BACKUP_HELP, readBackupCommand } from './arguments.ts';
import { contentsInWords } from './report.ts';
import { locking, pausing } from './stillness.ts';
import { takeBackup } from './take-backup.ts';

const SECRETS_FILE = join(dirname(HOUSE_FILE), 'secrets.json');

await runTool('backup', async () => {
  const command = readBackupCommand(process.argv.slice(2));
  if (!command) {
    terminal.say(BACKUP_HELP);
    return EXIT.good;
  }
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () =>
      interrupted.abort(new Refused(`Interrupted (${signal}): writes go on, and there is no backup.`)),
    );
  const house = await House.open(findEngines(process.env));
  // Engines that the environment names are not this folder's, and neither are its services and its keys.
  const isHere = process.env['MONGODB_URI'] === undefined;
  const services = isHere ? servicesOnOwnEngine() : [];
  try {
    const manifest = await takeBackup(house, {
      ...command,
      standStill:
        services.length > 0
          ? pausing(house.mongo, services, { engineIsOurs: true })
          : locking(house.mongo, house.settings.MONGODB_URI),
      secretsFile: isHere ? SECRETS_FILE : undefined,
      signal: interrupted.signal,
    });
    terminal.say(
      `${command.folder} holds the house as it was at ${manifest.takenAt}: ${contentsInWords(manifest)}.\n` +
        `Writes stood still for ${(manifest.writesHeldMs / 1_000).toFixed(1)} s.`,
    );
    return EXIT.good;
  } finally {
    await house.close();
  }
});
