import { BoundedStream } from './bounded-stream.ts';

describe('a bounded stream', () => {
  it('gives items in order, whether they or the reader come first', async () => {
    const stream = new BoundedStream<number>(10);
    const waiting = stream.next();
    stream.push(1);
    stream.push(2);
    expect(await waiting).toEqual({ value: 1, done: false });
    expect(await stream.next()).toEqual({ value: 2, done: false });
  });

  it('lets a source wait until the reader has made room', async () => {
    const stream = new BoundedStream<number>(10);
    for (const item of [1, 2]) stream.push(item);
    let hasRoom: boolean | undefined;
    void stream.hasFewerThan(2).then((answer) => (hasRoom = answer));
    await Promise.resolve();
    expect(hasRoom).toBeUndefined();
    await stream.next();
    await Promise.resolve();
    expect(hasRoom).toBe(true);
    const never = stream.hasFewerThan(0);
    await stream.return();
    expect(await never).toBe(false);
  });

  it('gives items that are undefined like any other', async () => {
    const stream = new BoundedStream<number | undefined>(10);
    stream.push(undefined);
    stream.push(1);
    expect(await stream.next()).toEqual({ value: undefined, done: false });
    expect(await stream.next()).toEqual({ value: 1, done: false });
  });

  it('ends for a reader that waits, and says so once', async () => {
    let ends = 0;
    const stream = new BoundedStream<number>(10, () => ends++);
    const waiting = stream.next();
    await stream.return();
    await stream.return();
    expect(await waiting).toEqual({ value: undefined, done: true });
    expect(stream.push(1)).toBe(false);
    expect(ends).toBe(1);
  });

  it('takes in no more than its capacity, and gives that before the error it ends with', async () => {
    const stream = new BoundedStream<number>(2);
    expect([1, 2, 3].map((item) => stream.push(item))).toEqual([true, true, false]);
    stream.fail(new Error('LAGGED'));
    expect(stream.push(4)).toBe(false);
    expect(await stream.next()).toEqual({ value: 1, done: false });
    expect(await stream.next()).toEqual({ value: 2, done: false });
    await expect(stream.next()).rejects.toThrow('LAGGED');
    expect(await stream.next()).toEqual({ value: undefined, done: true });
  });

  it('hands an error to a reader that waits', async () => {
    const stream = new BoundedStream<number>(2);
    const waiting = stream.next();
    stream.fail(new Error('away'));
    await expect(waiting).rejects.toThrow('away');
    expect(await stream.next()).toEqual({ value: undefined, done: true });
  });

  it('throws away what waits when the reader leaves', async () => {
    const stream = new BoundedStream<number>(2);
    stream.push(1);
    stream.fail(new Error('away'));
    await stream.return();
    expect(await stream.next()).toEqual({ value: undefined, done: true });
  });
});
