import { isRedisDown } from './redis.ts';

/** Word by word what Redis 7 and ioredis say. */
describe('a failure that passes once Redis can work again', () => {
  it.each([
    "OOM command not allowed when used memory > 'maxmemory'.",
    "OOM command not allowed when used memory > 'maxmemory'. script: 3d5f, on @user_script:66.",
    "READONLY You can't write against a read only replica.",
    'LOADING Redis is loading the dataset in memory',
    "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
    'MISCONF Errors writing to the AOF file: No space left on device',
    'NOREPLICAS Not enough good replicas to write.',
    'BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.',
    'CLUSTERDOWN The cluster is down',
    'Command timed out',
    'Connection is closed.',
    "Socket timeout. Expecting data, but didn't receive any in 6000ms.",
    "Stream isn't writeable and enableOfflineQueue options is false",
    'connect ECONNREFUSED 127.0.0.1:6379',
    'read ECONNRESET',
    'connect ETIMEDOUT',
    'write EPIPE',
  ])('is not held against the command: %s', (message) => {
    expect(isRedisDown(new Error(message))).toBe(true);
  });

  it.each([
    'WRONGTYPE Operation against a key holding the wrong kind of value',
    "ERR unknown command 'HSTE', with args beginning with:",
    'ERR user_script:66: attempt to compare nil with number script: 3d5f, on @user_script:66.',
  ])('is none: %s', (message) => {
    expect(isRedisDown(new Error(message))).toBe(false);
  });
});
