import { readCommandLine } from '../house/command-line.ts';
import { InvalidCommand } from '../house/tool.ts';

export const BACKUP_HELP = `npm run backup -- FOLDER   writes one moment of the whole house, running or not, into a new folder

  --limit S    writes may stand still for at most S seconds, 1 to 25 (default 15); then it gives up
  --help       this text

It holds all documents, all facts with their offsets, and the house's keys (.tessera/secrets.json, if the house keeps
them there). It does not hold Redis: what is in there is made again, but for running holds. Keep the folder as safe as
the house: it has people's names and addresses in it, and with the keys anybody can make tickets.

Engines are found by MONGODB_URI, REDIS_URL and KAFKA_BROKERS, else in the house that runs in this folder. Ends with 0,
1 when it could not be done, 2 when the command line is wrong, 3 when the engines do not answer.`;

const DEFAULT_LIMIT_S = 15;
/** Above 10 s the services' calls to MongoDB begin to give up: commands are answered UNAVAILABLE, facts are taken later. */
const MAX_LIMIT_S = 25;

export interface BackupCommand {
  readonly folder: string;
  readonly limitMs: number;
}

export interface RestoreCommand {
  readonly folder: string;
  readonly replace: boolean;
}

/** Undefined: help was asked for. @throws InvalidCommand */
export function readBackupCommand(args: readonly string[]): BackupCommand | undefined {
  const options = { limit: { type: 'string' }, help: { type: 'boolean' } } as const;
  const { values, positionals } = readCommandLine({ args: [...args], allowPositionals: true, options });
  if (values.help === true) return undefined;
  const limit = values.limit ?? String(DEFAULT_LIMIT_S);
  const seconds = Number(limit);
  if (!/^\d{1,2}$/.test(limit) || seconds < 1 || seconds > MAX_LIMIT_S)
    throw new InvalidCommand(`--limit takes whole seconds from 1 to ${MAX_LIMIT_S}, not "${limit}".`);
  return { folder: onlyFolder(positionals, 'npm run backup -- backups/monday'), limitMs: seconds * 1_000 };
}

/** What platform/launcher/restore.mjs hands on; it has the help. @throws InvalidCommand */
export function readRestoreCommand(args: readonly string[]): RestoreCommand {
  const options = { replace: { type: 'boolean' } } as const;
  const { values, positionals } = readCommandLine({ args: [...args], allowPositionals: true, options });
  return {
    folder: onlyFolder(positionals, 'npm run restore -- backups/monday'),
    replace: values.replace === true,
  };
}

function onlyFolder([folder, ...more]: readonly string[], example: string): string {
  if (folder === undefined) throw new InvalidCommand(`A folder is missing, as in: ${example}`);
  if (more.length > 0) throw new InvalidCommand(`One folder; "${more[0]}" is too much.`);
  return folder;
}
