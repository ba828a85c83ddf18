import { readCommandLine, readWaitMs } from '../house/command-line.ts';
import { InvalidCommand } from '../house/tool.ts';
import { INVARIANTS } from './invariants/index.ts';

export const HELP = `npm run verify [-- options]   looks whether everything that must always be true of a house is true

  --only a,b   only these: ${INVARIANTS.map(({ name }) => name).join(',')}
  --wait S     seconds to wait until nothing is on its way (default 10)
  --json       one JSON object (quiet with: npm run --silent verify -- --json)
  --help       this text

It changes nothing of the house, which may run: what seems wrong is looked at twice. Engines are found by MONGODB_URI,
REDIS_URL and KAFKA_BROKERS, else in the house that runs in this folder. It ends with 0 when all is well, 1 when
something is not, 2 when the command line is wrong, 3 when the engines could not be asked.`;

export interface VerifyCommand {
  readonly names: readonly string[];
  readonly waitMs: number;
  readonly json: boolean;
}

/** Undefined: help was asked for. @throws InvalidCommand */
export function readVerifyCommand(args: readonly string[]): VerifyCommand | undefined {
  const { values } = parse(args);
  if (values.help === true) return undefined;
  return {
    names: values.only === undefined ? INVARIANTS.map(({ name }) => name) : readNames(values.only),
    waitMs: readWaitMs(values.wait),
    json: values.json === true,
  };
}

function readNames(text: string): string[] {
  const names = text.split(',').filter(Boolean);
  const unknown = names.find((name) => !INVARIANTS.some((invariant) => invariant.name === name));
  if (names.length === 0 || unknown !== undefined)
    throw new InvalidCommand(
      `--only ${unknown === undefined ? 'names nothing' : `does not know "${unknown}"`}; ` +
        `there are ${INVARIANTS.map(({ name }) => name).join(', ')}.`,
    );
  return names;
}

function parse(args: readonly string[]) {
  return readCommandLine({
    args: [...args],
    options: {
      only: { type: 'string' },
      wait: { type: 'string' },
      json: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
}
