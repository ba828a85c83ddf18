import type { z } from 'zod';
import type { House } from '../house/house.ts';
import type { Options, ValuesOf } from './options.ts';
import type { Progress } from './progress.ts';

export type Kind = 'bench' | 'drill';

/** What an exercise is given by the frame. */
export interface Stage {
  readonly progress: Progress;
  /** Given when the run is to end early: Ctrl-C, or its time is over. */
  readonly signal: AbortSignal;
  /** The running house of this folder, or a private one, as the command line says. Opened once, closed by the frame. */
  house(): Promise<House>;
  /** Ends the private house so far, if there is one, and opens another with what a backup holds; closed by the frame. */
  restoredHouse(backupFolder: string): Promise<House>;
  /** Runs the work under a CPU profile, if one was asked for. */
  profiled<T>(work: () => Promise<T>): Promise<T>;
}

interface Definition<O extends Options, F extends object> {
  readonly kind: Kind;
  readonly name: string;
  /** One line for the list. */
  readonly summary: string;
  readonly options: O;
  /** Time after which the whole run is given up, in seconds. */
  readonly limitS: (values: ValuesOf<O>) => number;
  /** What is printed besides the frame's own keys: camelCase, the unit last, percentiles as `percentiles`. */
  readonly figures: z.ZodType<F>;
  readonly run: (stage: Stage, values: ValuesOf<O>) => Promise<F>;
  /** Why the figures mean failure; the figures are printed all the same. */
  readonly complaint?: (figures: F) => string | undefined;
}

/** A bench or a drill, with the types of its options and figures forgotten, so that different ones fit into one list. */
export interface Exercise {
  readonly kind: Kind;
  readonly name: string;
  readonly summary: string;
  readonly options: Options;
  readonly figures: z.ZodType<object>;
  limitS(values: ValuesOf<Options>): number;
  run(stage: Stage, values: ValuesOf<Options>): Promise<{ figures: object; complaint: string | undefined }>;
}

/** A bench or drill whose options and figures are typed, as one of a list of them. */
export function exercise<O extends Options, F extends object>(definition: Definition<O, F>): Exercise {
  const { kind, name, summary, options, figures } = definition;
  return {
    kind,
    name,
    summary,
    options,
    figures,
    // The values come from `readOptions(options, …)` of this same exercise.
    limitS: (values) => definition.limitS(values as ValuesOf<O>),
    run: async (stage, values) => {
      const found = await definition.run(stage, values as ValuesOf<O>);
      return { figures: found, complaint: definition.complaint?.(found) };
    },
  };
}
