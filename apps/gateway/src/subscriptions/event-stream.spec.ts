import type { ExecutionResult } from 'graphql';
import { EventStream, MAX_WAITING } from './event-stream.ts';
import { type EventSink, StreamFailed, type SubgraphEvent } from './upstream.ts';

/** A stream of numbered events whose join answers with the number. */
function open(join = async ({ data }: SubgraphEvent): Promise<ExecutionResult> => ({ data })) {
  let sink: EventSink | undefined;
  const calls = { unsubscribed: 0, closed: 0 };
  const stream = new EventStream(
    (given) => {
      sink = given;
      return () => calls.unsubscribed++;
    },
    join,
    () => calls.closed++,
  );
  const push = (number: number) => sink!.next({ data: { number } });
  return { stream, sink: sink!, push, calls };
}

const numbers = async (stream: EventStream): Promise<unknown[]> => {
  const taken: unknown[] = [];
  for await (const { data } of stream) taken.push(data?.['number']);
  return taken;
};

describe('a stream of events', () => {
  it('gives what waits and what comes later, in order, until the service is done', async () => {
    const { stream, sink, push, calls } = open();
    push(1);
    const taken = numbers(stream);
    push(2);
    await new Promise(setImmediate);
    push(3);
    sink.complete();
    expect(await taken).toEqual([1, 2, 3]);
    expect(calls.closed).toBe(1);
  });

  it('gives what waits before the error that the service ended with', async () => {
    const { stream, sink, push, calls } = open();
    push(1);
    sink.error(new StreamFailed([{ message: 'no more' }]));
    expect((await stream.next()).value).toEqual({ data: { number: 1 } });
    await expect(stream.next()).rejects.toThrow('no more');
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    expect(calls.closed).toBe(1);
  });

  it('keeps no more than its limit for a slow client, which gets those and then LAGGED', async () => {
    const { stream, push, calls } = open();
    for (let number = 0; number <= MAX_WAITING + 5; number++) push(number);
    expect(calls.unsubscribed).toBeGreaterThan(0);
    for (let number = 0; number < MAX_WAITING; number++) {
      expect((await stream.next()).value).toEqual({ data: { number } });
    }
    await expect(stream.next()).rejects.toMatchObject({ errors: [{ extensions: { code: 'LAGGED' } }] });
  });

  it('ends a client that waits when it is closed from outside', async () => {
    const { stream, calls } = open();
    const waiting = stream.next();
    await stream.return();
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(calls).toEqual({ unsubscribed: 1, closed: 1 });
  });

  it('says nothing of an event whose join was under way when it was closed', async () => {
    let finish: ((result: ExecutionResult) => void) | undefined;
    const { stream, push, calls } = open(() => new Promise((resolve) => (finish = resolve)));
    push(1);
    const waiting = stream.next();
    await new Promise(setImmediate);
    await stream.return();
    finish!({ data: { number: 1 } });
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(calls).toEqual({ unsubscribed: 1, closed: 1 });
  });
});
