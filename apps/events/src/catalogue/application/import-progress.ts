/** Whoever watches an import. */
export interface ImportProgress {
  /** A step of `total` units begins. */
  begin(step: string, total: number): void;
  /** `done` units of the step are done; `note` says more, for people. */
  advance(done: number, note: string): void;
  end(): void;
  /** A line was left out. */
  rejected(file: string, line: number, reason: string): void;
}
