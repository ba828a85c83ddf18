import { jest } from '@jest/globals';
import { TookTooLong } from '#kernel';
import { createLogger } from '#observability';
import { Attempts, Interrupted } from './attempts.ts';

class EngineDown extends Error {}
class LeftBehind extends Error {}

const logger = createLogger('test', 'silent');
const isEngineDown = (error: unknown): boolean => error instanceof EngineDown;

afterEach(() => {
  jest.restoreAllMocks();
});

/** As if each look at the clock came ten seconds after the one before. */
function letTimeFly(): void {
  let now = 0;
  jest.spyOn(performance, 'now').mockImplementation(() => (now += 10_000));
}

describe('attempts', () => {
  it('give a fact up that fails by itself for too long', async () => {
    letTimeFly();
    const attempts = new Attempts(
      isEngineDown,
      async () => undefined,
      () => true,
      logger,
    );
    const outcome = await attempts.forAWhile(() => Promise.reject(new RangeError('its own fault')));
    expect(outcome).toMatchObject({ done: false, error: new RangeError('its own fault'), tries: 1 });
  });

  it('do not hold it against a fact that the engine was down for too long', async () => {
    letTimeFly();
    const attempts = new Attempts(
      isEngineDown,
      async () => undefined,
      () => true,
      logger,
    );
    const work = jest.fn<() => Promise<void>>().mockRejectedValueOnce(new EngineDown()).mockResolvedValue();
    expect(await attempts.forAWhile(work)).toEqual({ done: true });
  });

  it('do not hold it against a fact that the group went on without the consumer meanwhile', async () => {
    letTimeFly();
    const heartbeat = () => Promise.reject(new LeftBehind());
    const attempts = new Attempts(isEngineDown, heartbeat, () => true, logger);
    await expect(attempts.forAWhile(() => Promise.reject(new EngineDown()))).rejects.toThrow(LeftBehind);
    expect(attempts.interrupted).toBe(true);
  });

  it('begin work that hangs anew, and give it up the third time', async () => {
    const attempts = new Attempts(
      isEngineDown,
      async () => undefined,
      () => true,
      logger,
    );
    const outcome = await attempts.forAWhile(() => Promise.reject(new TookTooLong('no answer')));
    expect(outcome).toMatchObject({ done: false, tries: 3 });
  });

  it('keep the consumer in its group while the work takes long', async () => {
    jest.useFakeTimers();
    const heartbeat = jest.fn<() => Promise<void>>().mockRejectedValue(new LeftBehind());
    const attempts = new Attempts(isEngineDown, heartbeat, () => true, logger);
    const work = Promise.withResolvers<void>();
    const outcome = attempts.forAWhile(() => work.promise);
    await jest.advanceTimersByTimeAsync(9_000);
    expect(heartbeat).toHaveBeenCalledTimes(4);
    work.resolve();
    expect(await outcome).toEqual({ done: true });
    await jest.advanceTimersByTimeAsync(9_000);
    expect(heartbeat).toHaveBeenCalledTimes(4);
    jest.useRealTimers();
  });

  it('end when the consumer stops', async () => {
    const attempts = new Attempts(
      isEngineDown,
      async () => undefined,
      () => false,
      logger,
    );
    await expect(attempts.forAWhile(() => Promise.reject(new EngineDown()))).rejects.toThrow(Interrupted);
  });
});
