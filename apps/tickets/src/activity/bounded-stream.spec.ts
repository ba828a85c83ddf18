import { BoundedStream } from './bounded-stream.ts';

const tooSlow = (): Error => new Error('LAGGED');

describe('a bounded stream', () => {
  it('gives items in order, whether they or the reader come first', async () => {
    const stream = new BoundedStream<number>(10, tooSlow);
    const waiting = stream.next();
    stream.push(1);
    stream.push(2);
    expect(await waiting).toEqual({ value: 1, done: false });
    expect(await stream.next()).toEqual({ value: 2, done: false });
  });

  it('ends for a reader that waits, and cleans up once', async () => {
    const stream = new BoundedStream<number>(10, tooSlow);
    let cleaned = 0;
    stream.onEnd(() => cleaned++);
    const waiting = stream.next();
    await stream.return();
    await stream.return();
    expect(await waiting).toEqual({ value: undefined, done: true });
    expect(cleaned).toBe(1);
  });

  it('gives a slow reader what waited, then the failure, and takes no more', async () => {
    const stream = new BoundedStream<number>(2, tooSlow);
    let cleaned = 0;
    stream.onEnd(() => cleaned++);
    for (const item of [1, 2, 3, 4]) stream.push(item);
    expect(cleaned).toBe(1);
    expect(await stream.next()).toEqual({ value: 1, done: false });
    expect(await stream.next()).toEqual({ value: 2, done: false });
    await expect(stream.next()).rejects.toThrow('LAGGED');
    expect(await stream.next()).toEqual({ value: undefined, done: true });
  });
});
