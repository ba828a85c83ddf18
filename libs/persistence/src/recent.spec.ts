import { setTimeout as sleep } from 'node:timers/promises';
import { recent } from './recent.ts';

describe('recent', () => {
  const asked: string[][] = [];
  const answers = new Map<string, number>();
  const question = async (keys: readonly string[]): Promise<Map<string, number>> => {
    asked.push([...keys]);
    await sleep(5);
    return new Map(keys.flatMap((key) => (answers.has(key) ? [[key, answers.get(key) ?? 0]] : [])));
  };

  beforeEach(() => {
    asked.length = 0;
    answers.clear();
    answers.set('a', 1).set('b', 2);
  });

  it('asks only for what it does not know, also while the first question is under way', async () => {
    const remembered = recent(question, { maxAgeMs: 10_000, maxEntries: 10 });
    const [one, two] = await Promise.all([remembered(['a']), remembered(['a', 'b'])]);
    expect([...one]).toEqual([['a', 1]]);
    expect([...two]).toEqual([
      ['a', 1],
      ['b', 2],
    ]);
    await remembered(['b', 'a']);
    expect(asked).toEqual([['a'], ['b']]);
  });

  it('asks again once an answer is too old', async () => {
    const remembered = recent(question, { maxAgeMs: 30, maxEntries: 10 });
    await remembered(['a']);
    answers.set('a', 7);
    await sleep(60);
    expect([...(await remembered(['a']))]).toEqual([['a', 7]]);
  });

  it('does not remember that there was no answer', async () => {
    const remembered = recent(question, { maxAgeMs: 10_000, maxEntries: 10 });
    expect([...(await remembered(['c']))]).toEqual([]);
    answers.set('c', 3);
    expect([...(await remembered(['c']))]).toEqual([['c', 3]]);
  });

  it('hands a failure to all who wait for it and asks again afterwards', async () => {
    let fails = true;
    const remembered = recent(
      async (keys: readonly string[]) => {
        await sleep(5);
        if (fails) throw new Error('the database is away');
        return new Map(keys.map((key) => [key, key.length]));
      },
      { maxAgeMs: 10_000, maxEntries: 10 },
    );
    const both = await Promise.allSettled([remembered(['a', 'b']), remembered(['b', 'a'])]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    fails = false;
    expect([...(await remembered(['a']))]).toEqual([['a', 1]]);
  });

  it('keeps no more answers than it may', async () => {
    const remembered = recent(question, { maxAgeMs: 10_000, maxEntries: 1 });
    await remembered(['a']);
    await remembered(['b']);
    await remembered(['a']);
    expect(asked).toEqual([['a'], ['b'], ['a']]);
  });
});
