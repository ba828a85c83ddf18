import type { Exercise, Kind } from './exercise.ts';
import { optionName, type Options } from './options.ts';

/** What every exercise that needs a house understands. */
export function helpOf(kind: Kind, exercises: readonly Exercise[], common: Options): string {
  const own = exercises.map(
    (one) => `  ${one.name.padEnd(NAME_WIDTH)}${one.summary}\n${linesOf(one.options, '    ')}`,
  );
  return `npm run ${kind} -- NAME [options]

${own.join('\n')}

  Options of all:
${linesOf(common, '    ')}

It uses the house that runs in this folder, else a private one that is removed at the end (bench/README.md). Progress
goes to standard error; the last line of standard output is the result as JSON (quiet with: npm run --silent ${kind}).
It ends with 0, with 1 when the run or what it found is not well, with 2 when the command line is wrong.`;
}

const NAME_WIDTH = 12;
const OPTION_WIDTH = 24;

function linesOf(options: Options, indent: string): string {
  return Object.entries(options)
    .map(([key, { placeholder, help }]) => {
      const shown = placeholder === undefined ? optionName(key) : `${optionName(key)} ${placeholder}`;
      return `${indent}${shown.padEnd(OPTION_WIDTH)}${help}`;
    })
    .join('\n');
}
