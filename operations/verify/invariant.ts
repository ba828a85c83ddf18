import type { House } from '../house/house.ts';

/** Something that is always true of a house whose work is done. */
export interface Invariant {
  readonly name: string;
  /** One sentence, for whoever reads a violation. */
  readonly says: string;
  /** Looks at the whole house once and tells what it finds. */
  readonly look: (house: House, findings: Findings) => Promise<void>;
}

/** Beyond it a house is not damaged but lost, and the count says "at least". */
export const MAX_VIOLATIONS = 100_000;

/** What one look at one invariant has found. */
export class Findings {
  private judgedCount = 0;
  private readonly found = new Map<string, string>();
  private readonly noted = new Map<string, string>();
  private readonly reasons = new Map<string, number>();

  /** So many things were looked at and can be told good from bad. */
  judged(count = 1): void {
    this.judgedCount += count;
  }

  /** `subject` names the ids, and is the same whenever the same violation is found; `text` says what is wrong. */
  violated(subject: string, text: string): void {
    if (this.found.size < MAX_VIOLATIONS) this.found.set(subject, text);
  }

  /** Nothing is broken, but somebody has to do something. */
  warned(subject: string, text: string): void {
    if (this.noted.size < MAX_VIOLATIONS) this.noted.set(subject, text);
  }

  /** Something could not be judged: it is changing, or not there to be judged. */
  skipped(reason: string, count = 1): void {
    this.reasons.set(reason, (this.reasons.get(reason) ?? 0) + count);
  }

  get count(): number {
    return this.judgedCount;
  }

  get violations(): ReadonlyMap<string, string> {
    return this.found;
  }

  get warnings(): ReadonlyMap<string, string> {
    return this.noted;
  }

  get unjudged(): ReadonlyMap<string, number> {
    return this.reasons;
  }
}
