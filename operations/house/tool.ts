import { InvalidEnvironment, NoEngines } from '#config';
import { terminal } from './terminal.ts';

/** The command line is wrong; the message says how. */
export class InvalidCommand extends Error {
  override readonly name = 'InvalidCommand';
}

/** What was asked for cannot be done as things are; the message says why, and what to do. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

/** How a tool ends, for whoever calls it from a script. */
export const EXIT = {
  /** Done, and everything is as it should be. */
  good: 0,
  /** Done, and something is not as it should be; or it could not be done. */
  bad: 1,
  /** The command line is wrong. */
  usage: 2,
  /** The engines could not be asked: nothing is known. */
  unknown: 3,
} as const;

/**
 * Runs a tool and turns what it throws into a clear last word and an exit code. Bugs keep their stack.
 * @param name of its npm script
 */
export async function runTool(name: string, work: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await work();
  } catch (error) {
    process.exitCode = exitCodeOf(error);
    terminal.complain(error instanceof Error ? error.message : String(error));
    if (error instanceof InvalidCommand && !error.message.includes('--help'))
      terminal.complain(`All options: npm run ${name} -- --help`);
  }
}

function exitCodeOf(error: unknown): number {
  if (error instanceof InvalidCommand) return EXIT.usage;
  if (error instanceof NoEngines || error instanceof InvalidEnvironment) return EXIT.unknown;
  if (error instanceof Refused) return EXIT.bad;
  throw error;
}
