import { parseArgs, type ParseArgsConfig } from 'node:util';
import { InvalidCommand } from './tool.ts';

/** What is on a tool's command line. @throws InvalidCommand naming an option that is unknown or wrong */
export function readCommandLine<T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (error) {
    throw new InvalidCommand(error instanceof Error ? error.message : String(error));
  }
}

const DEFAULT_WAIT_S = 10;
const LONGEST_WAIT_S = 600;

/** `--wait` in milliseconds. @throws InvalidCommand */
export function readWaitMs(seconds: string = String(DEFAULT_WAIT_S)): number {
  if (!/^\d{1,3}$/.test(seconds) || Number(seconds) > LONGEST_WAIT_S)
    throw new InvalidCommand(`--wait takes whole seconds up to ${LONGEST_WAIT_S}, not "${seconds}".`);
  return Number(seconds) * 1_000;
}
