import { findRunningHouse, type House } from '../house/house.ts';
import { PrivateHouse } from '../house/private-house.ts';
import { profileService } from '../house/profile.ts';
import type { FrameWishes } from './command-line.ts';
import type { Exercise, Stage } from './exercise.ts';
import type { Options, ValuesOf } from './options.ts';
import type { Progress } from './progress.ts';
import { resultLine } from './result.ts';

export interface Outcome {
  /** The JSON line. */
  readonly line: string;
  /** Why it is a failure all the same. */
  readonly complaint: string | undefined;
}

/** The run was ended before it could measure everything. */
export class Ended extends Error {
  override readonly name = 'Ended';
}

/** Runs an exercise within its time, and removes whatever house was started for it, however it ends. */
export async function runExercise(
  exercise: Exercise,
  values: ValuesOf<Options>,
  wishes: FrameWishes,
  progress: Progress,
  interruption: AbortSignal,
): Promise<Outcome> {
  const startedAt = new Date();
  const begunAt = performance.now();
  const limitS = exercise.limitS(values);
  const timeIsOver = new AbortController();
  const houses = new Houses(wishes, progress, interruption);
  const giveUp = (): void => timeIsOver.abort(new Ended(`${exercise.name} did not end within ${limitS} s.`));
  let timer = setTimeout(giveUp, limitS * 1_000);
  const stage: Stage = {
    progress,
    signal: AbortSignal.any([interruption, timeIsOver.signal]),
    house: async () => {
      // The start of a house has a limit of its own: the first one may download the engines.
      clearTimeout(timer);
      const house = await houses.get();
      timer = setTimeout(giveUp, limitS * 1_000);
      return house;
    },
    restoredHouse: (backupFolder) => houses.restore(backupFolder),
    profiled: async (work) =>
      wishes.profile === undefined
        ? work()
        : profileService(await houses.get(), wishes.profile, progress, work),
  };
  try {
    const { figures, complaint } = await orAborted(exercise.run(stage, values), stage.signal);
    const parameters = { ...values, house: houses.kind, profile: wishes.profile };
    const tookMs = performance.now() - begunAt;
    return { line: resultLine(exercise, figures, { startedAt, tookMs, parameters }), complaint };
  } finally {
    clearTimeout(timer);
    await houses.close();
  }
}

/** An exercise that does not listen to its signal is left behind: its house goes, and the process ends. */
async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const graceMs = 5_000;
  let timer: NodeJS.Timeout | undefined;
  const aborted = new Promise<never>((_, reject) => {
    const rejectSoon = (): void => {
      timer = setTimeout(() => reject(asError(signal.reason)), graceMs);
    };
    if (signal.aborted) rejectSoon();
    else signal.addEventListener('abort', rejectSoon, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } catch (error) {
    throw signal.aborted ? asError(signal.reason) : error;
  } finally {
    clearTimeout(timer);
  }
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Ended(String(reason));
}

/** The house of a run, opened when it is first asked for; and the one that a backup of it becomes. */
class Houses {
  private opened: Promise<House> | undefined;
  private own: PrivateHouse | undefined;
  kind: 'running' | 'private' | 'none' = 'none';

  constructor(
    private readonly wishes: FrameWishes,
    private readonly progress: Progress,
    private readonly interruption: AbortSignal,
  ) {}

  get(): Promise<House> {
    return (this.opened ??= this.open());
  }

  async restore(backupFolder: string): Promise<House> {
    await this.close();
    this.own = await PrivateHouse.start(this.progress, this.interruption, backupFolder);
    return this.own.house;
  }

  async close(): Promise<void> {
    await this.opened?.catch(() => {});
    if (!this.own) return;
    this.progress.say('removing the private house');
    await this.own.close();
    this.own = undefined;
  }

  private async open(): Promise<House> {
    const running = this.wishes.mayUseRunning ? await findRunningHouse() : undefined;
    this.kind = running ? 'running' : 'private';
    if (running) {
      this.progress.say(`using the house that runs here: ${running.url}`);
      return running;
    }
    this.own = await PrivateHouse.start(this.progress, this.interruption);
    return this.own.house;
  }
}
