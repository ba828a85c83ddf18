import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvalidEnvironment } from '#config';
import { findEngines, NoEngines } from './engines.ts';

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
const named = { MONGODB_URI: 'mongodb://m:1/', REDIS_URL: 'redis://r:2', KAFKA_BROKERS: 'k:3' };

afterAll(() => rmSync(folder, { recursive: true }));

describe('findEngines', () => {
  it('goes by the running house, whose own MongoDB has no sessions', () => {
    expect(findEngines({}, houseFile)).toMatchObject({
      MONGODB_URI: 'mongodb://127.0.0.1:1/',
      MONGODB_SESSIONS: false,
      MONGODB_DATABASE_PREFIX: 'tessera_',
      REDIS_URL: 'redis://127.0.0.1:2',
      KAFKA_BROKERS: ['127.0.0.1:3'],
    });
  });

  it('goes by the environment first', () => {
    expect(findEngines({ ...named, MONGODB_DATABASE_PREFIX: 'night_' }, houseFile)).toMatchObject({
      MONGODB_URI: 'mongodb://m:1/',
      MONGODB_SESSIONS: true,
      MONGODB_DATABASE_PREFIX: 'night_',
      KAFKA_BROKERS: ['k:3'],
    });
  });

  it('names what is missing, and the cure', () => {
    expect(() => findEngines({ REDIS_URL: 'redis://r:2' }, nowhere)).toThrow(NoEngines);
    expect(() => findEngines({ REDIS_URL: 'redis://r:2' }, nowhere)).toThrow(
      /MONGODB_URI, KAFKA_BROKERS are not set.*npm start/s,
    );
    expect(() => findEngines({ ...named, KAFKA_BROKERS: 'nonsense' }, nowhere)).toThrow(InvalidEnvironment);
  });
});
