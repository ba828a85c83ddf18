import { parseArgs } from 'node:util';

export const HELP = `npm run demo [-- options]   a whole sale, from sign-up to the door, through the public endpoint

  --url URL      address of Tessera; else TESSERA_URL, else the house that runs in this folder
  --buyers N     how many people come to buy, 8 to 2000 (200)
  --seconds N    time over which they arrive, 1 to 300 (60)
  --seed N       repeats the plan of an earlier run
  --help         this text`;

export interface Options {
  readonly help: boolean;
  readonly url: string | undefined;
  readonly buyers: number;
  readonly seconds: number;
  readonly seed: number;
}

/** The command line is wrong; the message says how. */
export class InvalidOption extends Error {
  override readonly name = 'InvalidOption';
}

/** @throws InvalidOption naming the option that is unknown or outside its limits. */
export function readOptions(args: readonly string[], freshSeed: number): Options {
  const { help, url, buyers, seconds, seed } = parse(args);
  return {
    help: help === true,
    url: url === undefined ? undefined : webAddress(url),
    buyers: wholeNumber('--buyers', buyers, { fallback: 200, min: 8, max: 2_000 }),
    seconds: wholeNumber('--seconds', seconds, { fallback: 60, min: 1, max: 300 }),
    seed: wholeNumber('--seed', seed, { fallback: freshSeed, min: 0, max: 0xffff_ffff }),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        url: { type: 'string' },
        buyers: { type: 'string' },
        seconds: { type: 'string' },
        seed: { type: 'string' },
        help: { type: 'boolean' },
      },
    }).values;
  } catch (error) {
    throw new InvalidOption(error instanceof Error ? error.message : String(error));
  }
}

function webAddress(text: string): string {
  if (!/^https?:/.test(text) || !URL.canParse(text)) {
    throw new InvalidOption(`--url must be an address like http://127.0.0.1:4000, not "${text}".`);
  }
  return text;
}

interface Range {
  readonly fallback: number;
  readonly min: number;
  readonly max: number;
}

function wholeNumber(option: string, text: string | undefined, { fallback, min, max }: Range): number {
  if (text === undefined) return fallback;
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new InvalidOption(`${option} must be a whole number from ${min} to ${max}, not "${text}".`);
}
