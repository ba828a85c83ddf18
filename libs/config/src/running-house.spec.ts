import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NoEngines, readRunningHouse, withEnginesOfHouse } from './running-house.ts';

const folder = mkdtempSync(join(tmpdir(), 'house-'));
const houseFile = join(folder, 'house.json');
const nowhere = join(folder, 'nowhere.json');
writeFileSync(
  houseFile,
  JSON.stringify({
    engines: {
      mongodb: { url: 'mongodb://127.0.0.1:1/', pid: 7 },
      redis: { url: 'redis://127.0.0.1:2' },
      kafka: { url: '127.0.0.1:3' },
    },
  }),
);
const ALL = ['MONGODB_URI', 'REDIS_URL', 'KAFKA_BROKERS'] as const;
const named = { MONGODB_URI: 'mongodb://m:1/', REDIS_URL: 'redis://r:2', KAFKA_BROKERS: 'k:3' };

afterAll(() => rmSync(folder, { recursive: true }));

describe('withEnginesOfHouse', () => {
  it('goes by the running house, whose own MongoDB has no sessions', () => {
    expect(withEnginesOfHouse({}, ALL, houseFile)).toEqual({
      MONGODB_URI: 'mongodb://127.0.0.1:1/',
      MONGODB_SESSIONS: 'false',
      REDIS_URL: 'redis://127.0.0.1:2',
      KAFKA_BROKERS: '127.0.0.1:3',
    });
  });

  it('goes by the environment first, engine by engine', () => {
    const environment = { ...named, MONGODB_DATABASE_PREFIX: 'night_' };
    expect(withEnginesOfHouse(environment, ALL, houseFile)).toEqual(environment);
    expect(withEnginesOfHouse({ KAFKA_BROKERS: 'k:3' }, ALL, houseFile)).toMatchObject({
      MONGODB_URI: 'mongodb://127.0.0.1:1/',
      KAFKA_BROKERS: 'k:3',
    });
  });

  it('names what is missing of what is needed, and the cure', () => {
    const find = () => withEnginesOfHouse({ REDIS_URL: 'redis://r:2' }, ALL, nowhere);
    expect(find).toThrow(NoEngines);
    expect(find).toThrow(/MONGODB_URI, KAFKA_BROKERS are not set.*npm start/s);
    expect(() => withEnginesOfHouse({}, ['KAFKA_BROKERS'], nowhere)).toThrow(
      /KAFKA_BROKERS is not set.*by KAFKA_BROKERS\n\(and KAFKA_TOPIC_PREFIX, if the house has one\)/s,
    );
    expect(withEnginesOfHouse(named, ALL, nowhere)).toEqual(named);
  });
});

describe('readRunningHouse', () => {
  it('knows of no house where none has written itself down', () => {
    expect(readRunningHouse(houseFile)?.engines.mongodb?.pid).toBe(7);
    expect(readRunningHouse(nowhere)).toBeUndefined();
  });
});
