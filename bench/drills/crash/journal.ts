import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { NoHouse } from '../../house/house.ts';
import { HARMS } from './plan.ts';

const count = z.int().nonnegative();
const texts = z.array(z.string());

const finishedRound = z.object({
  harm: z.enum(HARMS),
  /** From the harm until every service said that it is ready; null when it took longer than its time. */
  healthyS: z.number().nullable(),
  /** From the harm until a purchase begun after it had its ticket. */
  recoveryS: z.number().nullable(),
  /** The whole round. */
  roundS: z.number(),
  isQuiet: z.boolean(),
  orders: count,
  /** Orders that are not what was answered for them: why, by their ids. */
  lost: z.record(z.string(), z.string()),
  /** What verify found, by invariant and subject. */
  violations: z.record(z.string(), z.string()),
  contradictions: texts,
  /** How often each thing was done to its end. */
  acts: z.record(z.string(), z.int().positive()),
  /** The event that was cancelled in its middle. */
  isCancellationAnswered: z.boolean(),
  errors: z.record(z.string(), z.int().positive()),
});
export type FinishedRound = z.output<typeof finishedRound>;

const journal = z.object({ seed: count, harms: texts, finished: z.array(finishedRound) });

/** The rounds of a drill so far, on the disk: one that was interrupted goes on where it stopped, in another house. */
export class Journal {
  readonly finished: FinishedRound[] = [];

  constructor(
    private readonly path: string,
    private readonly about: { readonly seed: number; readonly harms: readonly string[] },
  ) {}

  /** Takes over what an interrupted run has done. @throws NoHouse when there is none, or it was another drill */
  resume(): void {
    const found = readJournal(this.path);
    if (!found) throw new NoHouse(`There is no interrupted drill in ${this.path}: leave out --resume.`);
    if (found.seed !== this.about.seed || found.harms.join() !== this.about.harms.join())
      throw new NoHouse(
        `The interrupted drill had --seed ${found.seed} --harms ${found.harms.join()}: resume it with the same.`,
      );
    this.finished.push(...found.finished);
  }

  add(round: FinishedRound): void {
    this.finished.push(round);
    mkdirSync(dirname(this.path), { recursive: true });
    const draft = `${this.path}.draft`;
    writeFileSync(draft, JSON.stringify({ ...this.about, finished: this.finished }));
    renameSync(draft, this.path);
  }

  remove(): void {
    rmSync(this.path, { force: true });
  }
}

function readJournal(path: string): z.output<typeof journal> | undefined {
  try {
    return journal.safeParse(JSON.parse(readFileSync(path, 'utf8'))).data;
  } catch {
    return undefined;
  }
}
