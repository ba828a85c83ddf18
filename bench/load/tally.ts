import { type Percentiles, percentilesOf } from '../frame/percentiles.ts';

/** An expected failure of the platform: a member of a mutation's union that implements the schema's `Failure`. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  /** Of seats that are not free: which. */
  readonly seatIds?: readonly string[];
}

/** What went wrong with one operation. `kind` is stable: `RETRY_LATER`, `HTTP_502`, `ECONNRESET`, `TIMEOUT`. */
export class LoadError extends Error {
  override readonly name = 'LoadError';

  constructor(
    readonly kind: string,
    message: string,
    /** What the platform answered, if it was an answer. */
    readonly refusal?: Refusal,
  ) {
    super(`${kind}: ${message}`);
  }
}

/** A tally between two processes. */
export interface TallyRecord {
  readonly durations: Record<string, number[]>;
  readonly failures: Record<string, number>;
}

/**
 * Durations and failures of operations, by name of the step. Every single duration is kept. What ends while the tally is
 * closed (warming up, or after the window) is not counted.
 */
export class Tally {
  private readonly durations = new Map<string, number[]>();
  private readonly failures = new Map<string, number>();

  constructor(public isOpen = true) {}

  /** What another process has counted. */
  static from({ durations, failures }: TallyRecord): Tally {
    const tally = new Tally();
    for (const [step, took] of Object.entries(durations)) tally.durations.set(step, took);
    for (const [key, count] of Object.entries(failures)) tally.failures.set(key, count);
    return tally;
  }

  /** To be sent to another process. */
  toRecord(): TallyRecord {
    return { durations: Object.fromEntries(this.durations), failures: Object.fromEntries(this.failures) };
  }

  /** Runs one operation and takes its time; a failure is counted by its kind and thrown on. */
  async time<T>(step: string, work: () => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    try {
      const result = await work();
      this.took(step, performance.now() - startedAt);
      return result;
    } catch (error) {
      this.failed(step, error);
      throw error;
    }
  }

  took(step: string, ms: number): void {
    if (!this.isOpen) return;
    const known = this.durations.get(step);
    if (known) known.push(ms);
    else this.durations.set(step, [ms]);
  }

  /** Not a LoadError: a bug of the harness, which must not pass as a slow platform. */
  failed(step: string, error: unknown): void {
    if (!(error instanceof LoadError)) throw error;
    if (!this.isOpen) return;
    const key = `${step} ${error.kind}`;
    this.failures.set(key, (this.failures.get(key) ?? 0) + 1);
  }

  count(step: string): number {
    return this.durations.get(step)?.length ?? 0;
  }

  percentiles(step: string): Percentiles | null {
    return percentilesOf(this.durations.get(step) ?? []);
  }

  /** Failures by step and kind, as in `{"hold RETRY_LATER": 3}`. */
  get errors(): Record<string, number> {
    return Object.fromEntries(this.failures);
  }
}
