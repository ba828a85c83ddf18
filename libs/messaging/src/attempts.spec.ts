import { jest } from '@jest/globals';
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
