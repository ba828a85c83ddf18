import { parseArgs } from 'node:util';

/** One option of an exercise: how it is read, and what the help says of it. */
export interface Option<T> {
  /** Placeholder of the value in the help; undefined for a flag. */
  readonly placeholder: string | undefined;
  readonly help: string;
  /** `text` is undefined when the option was left out, and '' for a flag that was given. @throws InvalidOption */
  read(name: string, text: string | undefined): T;
}

export type Options = Readonly<Record<string, Option<unknown>>>;
export type ValuesOf<O extends Options> = {
  readonly [K in keyof O]: O[K] extends Option<infer T> ? T : never;
};

/** The command line is wrong; the message says how. */
export class InvalidOption extends Error {
  override readonly name = 'InvalidOption';
}

interface Range {
  readonly fallback: number;
  readonly min: number;
  readonly max: number;
}

function number(name: string, text: string, { min, max }: Omit<Range, 'fallback'>): number {
  const value = /^\d{1,10}$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new InvalidOption(`${name} takes whole numbers from ${min} to ${max}, not "${text}".`);
}

export function wholeNumber(help: string, { fallback, ...range }: Range): Option<number> {
  return {
    placeholder: 'N',
    help: `${help}, ${range.min} to ${range.max} (${fallback})`,
    read: (name, text) => (text === undefined ? fallback : number(name, text, range)),
  };
}

/** Different numbers, comma separated, at most 10. */
export function wholeNumbers(
  help: string,
  { fallback, ...range }: Omit<Range, 'fallback'> & { readonly fallback: readonly number[] },
): Option<readonly number[]> {
  return {
    placeholder: 'N,N',
    help: `${help}, each ${range.min} to ${range.max} (${fallback.join(',')})`,
    read: (name, text) => {
      if (text === undefined) return fallback;
      const values = text.split(',').map((part) => number(name, part, range));
      if (values.length > 10 || new Set(values).size < values.length)
        throw new InvalidOption(`${name} takes at most 10 different numbers, not "${text}".`);
      return values;
    },
  };
}

/** Some of the known names, comma separated; all of them when left out. */
export function selection<N extends string>(help: string, known: readonly N[]): Option<readonly N[]> {
  return {
    placeholder: 'A,B',
    help: `${help}: ${known.join(',')} (all)`,
    read: (name, text) => {
      if (text === undefined) return known;
      const asked = text.split(',').map((part) => part.trim());
      const unknown = asked.find((part) => !known.some((one) => one === part));
      if (unknown !== undefined)
        throw new InvalidOption(`${name} does not know "${unknown}"; it takes ${known.join(',')}.`);
      return known.filter((one) => asked.includes(one));
    },
  };
}

/** One of the known names, or none. */
export function choice<N extends string>(help: string, known: readonly N[]): Option<N | undefined> {
  return {
    placeholder: 'NAME',
    help: `${help}: ${known.join(', ')}`,
    read: (name, text) => {
      const found = known.find((one) => one === text);
      if (text !== undefined && found === undefined)
        throw new InvalidOption(`${name} does not know "${text}"; it takes one of ${known.join(', ')}.`);
      return found;
    },
  };
}

export function flag(help: string): Option<boolean> {
  return { placeholder: undefined, help, read: (_name, text) => text !== undefined };
}

/** `allowRunning` is `--allow-running` on the command line. */
export function optionName(key: string): string {
  return `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** @throws InvalidOption naming the option that is unknown or outside its limits. */
export function readOptions<O extends Options>(options: O, args: readonly string[]): ValuesOf<O> {
  const given = parse(options, args);
  const values = Object.entries(options).map(([key, option]) => {
    const name = optionName(key);
    const value = given[name.slice(2)];
    return [key, option.read(name, value === true ? '' : typeof value === 'string' ? value : undefined)];
  });
  return Object.fromEntries(values) as ValuesOf<O>;
}

function parse(options: Options, args: readonly string[]): Readonly<Record<string, unknown>> {
  const config = Object.entries(options).map(([key, { placeholder }]) => [
    optionName(key).slice(2),
    { type: placeholder === undefined ? ('boolean' as const) : ('string' as const) },
  ]);
  try {
    return parseArgs({ args: [...args], options: Object.fromEntries(config), strict: true }).values;
  } catch (error) {
    const [firstSentence] = (error instanceof Error ? error.message : String(error)).split('. ');
    throw new InvalidOption(`${firstSentence}.`);
  }
}
