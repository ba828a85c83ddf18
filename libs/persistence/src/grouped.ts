import DataLoader from 'dataloader';
import { outsideOfTraces } from '#observability';
import type { Question } from './recent.ts';

/** Keys that are asked about at once. */
const MAX_TOGETHER = 200;

/**
 * The same question, asked once for all who ask it at the same moment, whatever request they belong to: those who come
 * while it is under way go together in the next. Every answer is of the time of the call, or later.
 */
export function grouped<V>(question: Question<V>): Question<V> {
  const keys = new GroupedKeys(question);
  return async (asked) => {
    const answers = await Promise.all(asked.map((key) => keys.of(key)));
    const found = new Map<string, V>();
    asked.forEach((key, place) => {
      const answer = answers[place];
      if (answer !== undefined) found.set(key, answer);
    });
    return found;
  };
}

/** One key at a time of such a question. */
export class GroupedKeys<V> {
  private readonly loader: DataLoader<string, V | undefined>;
  private isAsking = false;
  private readonly next: (() => void)[] = [];

  constructor(private readonly question: Question<V>) {
    this.loader = new DataLoader((keys) => this.ask(keys), {
      cache: false,
      maxBatchSize: MAX_TOGETHER,
      batchScheduleFn: (start) => this.schedule(start),
    });
  }

  of(key: string): Promise<V | undefined> {
    return this.loader.load(key);
  }

  private async ask(keys: readonly string[]): Promise<(V | undefined)[]> {
    try {
      const answers = await outsideOfTraces(() => this.question([...new Set(keys)]));
      return keys.map((key) => answers.get(key));
    } finally {
      this.isAsking = false;
      this.next.shift()?.();
    }
  }

  private schedule(ask: () => void): void {
    const start = (): void => {
      this.isAsking = true;
      ask();
    };
    if (this.isAsking || this.next.length > 0) this.next.push(start);
    else setImmediate(start);
  }
}
