import type { Kafka } from 'kafkajs';
import { ConsumerLag } from './consumer-lag.ts';
import { KafkaNames } from './kafka.ts';

it('ends only when no question is under way: asking after that would open its connection again', async () => {
  const calls: string[] = [];
  const gate = Promise.withResolvers<void>();
  const admin = {
    connect: async () => void calls.push('connect'),
    fetchOffsets: async () => {
      await gate.promise;
      calls.push('fetchOffsets');
      return [{ topic: 'test.facts', partitions: [{ partition: 0, offset: '0' }] }];
    },
    fetchTopicOffsets: async () => {
      calls.push('fetchTopicOffsets');
      return [];
    },
    disconnect: async () => void calls.push('disconnect'),
  };
  const kafka = { admin: () => admin } as unknown as Kafka;
  const lag = new ConsumerLag(kafka, new KafkaNames('test.'), 'group', ['facts']);
  const reading = lag.read();
  const ended = lag.end();
  gate.resolve();
  await Promise.all([reading, ended]);
  await lag.read();
  expect(calls).toEqual(['connect', 'fetchOffsets', 'disconnect']);
});
