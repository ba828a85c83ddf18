import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvalidEnvironment } from '#config';
import { findKafka, NoKafka } from './kafka-address.ts';

const folder = mkdtempSync(join(tmpdir(), 'house-'));
const houseFile = join(folder, 'house.json');
const nowhere = join(folder, 'nowhere.json');
writeFileSync(houseFile, JSON.stringify({ engines: { kafka: { url: '127.0.0.1:9092' } } }));

afterAll(() => rmSync(folder, { recursive: true }));

describe('findKafka', () => {
  it('goes by the environment first', () => {
    const environment = { KAFKA_BROKERS: 'one:1,two:2', KAFKA_TOPIC_PREFIX: 'night_' };
    expect(findKafka(environment, houseFile)).toMatchObject({
      KAFKA_BROKERS: ['one:1', 'two:2'],
      KAFKA_TOPIC_PREFIX: 'night_',
    });
  });

  it('goes by the running house when the environment is silent', () => {
    expect(findKafka({}, houseFile)).toMatchObject({
      KAFKA_BROKERS: ['127.0.0.1:9092'],
      KAFKA_TOPIC_PREFIX: '',
    });
  });

  it('names the cure when there is neither', () => {
    expect(() => findKafka({}, nowhere)).toThrow(NoKafka);
    expect(() => findKafka({}, nowhere)).toThrow(/npm start.*KAFKA_BROKERS/s);
  });

  it('names a setting that is wrong', () => {
    expect(() => findKafka({ KAFKA_BROKERS: 'somewhere' }, houseFile)).toThrow(InvalidEnvironment);
  });
});
