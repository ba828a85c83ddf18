import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvalidEnvironment } from '#config';
import { findEngines, NoHouse } from './engines.ts';

const folder = mkdtempSync(join(tmpdir(), 'house-'));
const houseFile = join(folder, 'house.json');
const nowhere = join(folder, 'nowhere.json');
const engines = { mongodb: { url: 'mongodb://127.0.0.1:1', pid: 7 }, kafka: { url: '127.0.0.1:9092' } };
writeFileSync(houseFile, JSON.stringify({ engines }));

afterAll(() => rmSync(folder, { recursive: true }));

describe('the engines of the command for the first admin', () => {
  it('are those of the environment first', () => {
    const environment = { MONGODB_URI: 'mongodb://elsewhere:1', KAFKA_BROKERS: 'one:1' };
    expect(findEngines(environment, houseFile)).toMatchObject({
      MONGODB_URI: 'mongodb://elsewhere:1',
      MONGODB_SESSIONS: true,
      KAFKA_BROKERS: ['one:1'],
    });
  });

  it('are those of the running house when the environment is silent', () => {
    expect(findEngines({}, houseFile)).toMatchObject({
      MONGODB_URI: 'mongodb://127.0.0.1:1',
      MONGODB_SESSIONS: false,
      MONGODB_DATABASE_PREFIX: 'tessera_',
      KAFKA_BROKERS: ['127.0.0.1:9092'],
    });
  });

  it('names the cure when there is neither, and the setting that is wrong', () => {
    expect(() => findEngines({}, nowhere)).toThrow(NoHouse);
    expect(() => findEngines({}, nowhere)).toThrow(/npm start.*MONGODB_URI/s);
    expect(() => findEngines({ MONGODB_URI: 'mongodb://elsewhere:1' }, nowhere)).toThrow(InvalidEnvironment);
  });
});
