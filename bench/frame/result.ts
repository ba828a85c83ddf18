import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { z } from 'zod';
import type { Exercise } from './exercise.ts';

const parameter = z.union([z.number(), z.string(), z.boolean(), z.array(z.union([z.number(), z.string()]))]);

/** What every result says besides its figures. */
const envelope = {
  cores: z.int().positive(),
  /** Null outside a git work tree; with `-dirty` when files differ from the commit. */
  commit: z.string().nullable(),
  node: z.string(),
  startedAt: z.iso.datetime(),
  tookS: z.number().nonnegative(),
  parameters: z.record(z.string(), parameter),
};

/** The exercise broke its own promise about its figures: a bug. */
export class InvalidResult extends Error {
  override readonly name = 'InvalidResult';
}

export interface Run {
  readonly startedAt: Date;
  readonly tookMs: number;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** The one line on standard output. @throws InvalidResult when the figures are not as the exercise declares them. */
export function resultLine(exercise: Exercise, figures: object, run: Run): string {
  const frame = {
    [exercise.kind]: exercise.name,
    cores: availableParallelism(),
    commit: commitOf(),
    node: process.versions.node,
    startedAt: run.startedAt.toISOString(),
    tookS: Math.round(run.tookMs / 100) / 10,
    parameters: withoutAbsent(run.parameters),
  };
  const schema = z.strictObject({ [exercise.kind]: z.literal(exercise.name), ...envelope });
  const checkedFrame = schema.safeParse(frame);
  if (!checkedFrame.success) throw new InvalidResult(z.prettifyError(checkedFrame.error));
  const checked = exercise.figures.safeParse(figures);
  if (!checked.success)
    throw new InvalidResult(`${exercise.name} measured something else:\n${z.prettifyError(checked.error)}`);
  const clash = Object.keys(checked.data).find((key) => key in frame);
  if (clash !== undefined) throw new InvalidResult(`the figure ${clash} is a key of the frame`);
  const badKey = namesIn(checked.data).find((key) => !/^[a-z][A-Za-z0-9]*$/.test(key));
  if (badKey !== undefined) throw new InvalidResult(`the key "${badKey}" is not in camelCase`);
  return JSON.stringify({ ...checkedFrame.data, ...checked.data });
}

/** All keys but those of errors, which are the platform's own codes. */
function namesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(namesIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'errors' ? [key] : [key, ...namesIn(inner)],
  );
}

function withoutAbsent(parameters: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== undefined));
}

function commitOf(): string | null {
  const git = (...args: string[]): string =>
    execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], timeout: 5_000 });
  try {
    const isDirty = git('status', '--porcelain', '--untracked-files=no').trim() !== '';
    return `${git('rev-parse', '--short=12', 'HEAD').trim()}${isDirty ? '-dirty' : ''}`;
  } catch {
    return null;
  }
}
