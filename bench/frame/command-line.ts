import { z } from 'zod';
import type { Exercise, Kind } from './exercise.ts';
import { helpOf } from './help.ts';
import { choice, flag, InvalidOption, type Options, readOptions, type ValuesOf } from './options.ts';

const SERVICES = ['gateway', 'auth', 'events', 'tickets', 'payments', 'pricing', 'checkin'] as const;

const benchOptions = {
  private: flag('a private house, even while one runs in this folder'),
  profile: choice('write a CPU profile of a service while it is measured', SERVICES),
};
const drillOptions = {
  allowRunning: flag('hurt the house that runs in this folder, rather than a private one'),
};

/** How the frame is to run an exercise. */
export interface FrameWishes {
  /** Whether the house of this folder may be used. */
  readonly mayUseRunning: boolean;
  readonly profile: string | undefined;
}

export type Command =
  | { readonly name: 'list'; readonly text: string }
  | {
      readonly name: 'run';
      readonly exercise: Exercise;
      readonly values: ValuesOf<Options>;
      readonly wishes: FrameWishes;
    };

/** @throws InvalidOption naming what is unknown or outside its limits. */
export function readCommand(args: readonly string[], all: readonly Exercise[]): Command {
  const [kindText, name, ...rest] = args;
  const kind = z.enum(['bench', 'drill']).safeParse(kindText).data;
  if (kind === undefined) throw new InvalidOption('The first word must be bench or drill.');
  const exercises = all.filter((one) => one.kind === kind);
  const help = helpOf(kind, exercises, commonOptions(kind));
  if (name === undefined || name === '--help') return { name: 'list', text: help };
  const exercise = exercises.find((one) => one.name === name);
  if (!exercise) throw new InvalidOption(`There is no ${kind} "${name}".\n\n${help}`);
  if (rest.includes('--help')) return { name: 'list', text: help };
  const options = { ...commonOptions(kind), ...exercise.options };
  const values = readOptions(options, rest);
  const own = Object.fromEntries(Object.keys(exercise.options).map((key) => [key, values[key]]));
  return { name: 'run', exercise, values: own, wishes: wishesOf(kind, values) };
}

function commonOptions(kind: Kind): Options {
  return kind === 'bench' ? benchOptions : drillOptions;
}

function wishesOf(kind: Kind, values: Readonly<Record<string, unknown>>): FrameWishes {
  const mayUseRunning = kind === 'bench' ? values['private'] !== true : values['allowRunning'] === true;
  const profile = typeof values['profile'] === 'string' ? values['profile'] : undefined;
  return { mayUseRunning, profile };
}
