import { LRUCache } from 'lru-cache';

export interface Recency {
  /** Oldest answer that is given again. */
  readonly maxAgeMs: number;
  /** Answers that are kept; beyond it the one unused for longest is forgotten. */
  readonly maxEntries: number;
}

/** How old may be what a page shows that many people look at. No command decides by it. */
export const PAGE_MAX_AGE_MS = 1_000;

/**
 * Answers of the last moment: a thousand people who open a page in the same second cost one query, and those who come
 * while it is under way wait for it. For reading only: what an answer says may have changed in the meantime. Failures,
 * and answers that are undefined, are not kept.
 */
export class RecentAnswers<V> {
  private readonly answers: LRUCache<string, Promise<V>>;

  constructor({ maxAgeMs, maxEntries }: Recency) {
    this.answers = new LRUCache({ max: maxEntries, ttl: maxAgeMs });
  }

  /** The answer that is known for `key`, else what `ask` gives. */
  of(key: string, ask: () => Promise<V>): Promise<V> {
    return this.get(key) ?? this.keep(key, ask());
  }

  get(key: string): Promise<V> | undefined {
    return this.answers.get(key);
  }

  keep(key: string, answer: Promise<V>): Promise<V> {
    const forget = (): void => {
      if (this.answers.peek(key) === answer) this.answers.delete(key);
    };
    this.answers.set(key, answer);
    answer.then((value) => value === undefined && forget(), forget);
    return answer;
  }
}

/** What a loader asks for many keys at once; keys without an answer are left out. */
export type Question<V> = (keys: readonly string[]) => Promise<ReadonlyMap<string, V>>;

/** The same question, asked at most once per key and moment: see {@link RecentAnswers}. */
export function recent<V>(question: Question<V>, recency: Recency): Question<V> {
  const answers = new RecentAnswers<V | undefined>(recency);
  return async (keys) => {
    const known = new Map<string, Promise<V | undefined>>();
    const missing: string[] = [];
    for (const key of keys) {
      const answer = answers.get(key);
      if (answer) known.set(key, answer);
      else missing.push(key);
    }
    if (missing.length > 0) {
      const asked = question(missing);
      for (const key of missing)
        known.set(
          key,
          answers.keep(
            key,
            asked.then((all) => all.get(key)),
          ),
        );
    }
    const found = new Map<string, V>();
    const values = await Promise.all(known.values());
    for (const [i, key] of [...known.keys()].entries()) {
      const value = values[i];
      if (value !== undefined) found.set(key, value);
    }
    return found;
  };
}
