import { persistently } from './persistence.ts';
import { LoadError } from './tally.ts';

const failing = (kinds: readonly string[]) => {
  let asked = 0;
  const ask = (): Promise<number> => {
    const kind = kinds[asked++];
    return kind === undefined ? Promise.resolve(asked) : Promise.reject(new LoadError(kind, 'no'));
  };
  return { ask, times: () => asked };
};

describe('asking persistently', () => {
  it('asks again after what may pass', async () => {
    const { ask } = failing(['TIMEOUT', 'RETRY_LATER']);
    await expect(persistently(ask, 5_000)).resolves.toBe(3);
  });

  it('takes a refusal for an answer', async () => {
    const { ask, times } = failing(['HOLD_EXPIRED']);
    await expect(persistently(ask, 5_000)).rejects.toThrow('HOLD_EXPIRED');
    expect(times()).toBe(1);
  });

  it('ends with its time, and when it is told to', async () => {
    const late = failing(['TIMEOUT', 'TIMEOUT', 'TIMEOUT', 'TIMEOUT', 'TIMEOUT', 'TIMEOUT']);
    await expect(persistently(late.ask, 300)).rejects.toThrow('TIMEOUT');
    expect(late.times()).toBeLessThan(5);
    const over = failing(['TIMEOUT']);
    await expect(persistently(over.ask, 5_000, () => true)).rejects.toThrow('TIMEOUT');
  });

  it('does not hide a bug', async () => {
    await expect(persistently(() => Promise.reject(new TypeError('oops')), 5_000)).rejects.toThrow('oops');
  });
});
