import { Injectable } from '@nestjs/common';
import type { KafkaMessage } from 'kafkajs';
import type { TopicContract } from '#contracts';
import { counter } from '#observability';
import { isTooLarge, KafkaNames } from './kafka.ts';
import { FactProducer } from './producer.ts';

const parked = counter('tessera_facts_parked_total', 'Facts put into a dead-letter topic', ['topic']);

/** What is kept of a message that is too large to be parked, for people to recognize it by. */
const KEPT_BYTES = 16 * 1024;

/** Parks what cannot be handled in `<topic>.dlq`, as it came, with the reason and the number of tries. */
@Injectable()
export class DeadLetters {
  constructor(
    private readonly producer: FactProducer,
    private readonly names: KafkaNames,
  ) {}

  async park(topic: TopicContract, message: KafkaMessage, error: unknown, tries: number): Promise<void> {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    const headers = {
      ...message.headers,
      'x-error': reason.slice(0, 1_000),
      'x-attempts': String(tries),
      'x-offset': message.offset,
    };
    const deadLetters = this.names.deadLetters(topic.name);
    const { key, value } = message;
    try {
      await this.producer.send([{ topic: deadLetters, messages: [{ key, value, headers }] }]);
    } catch (failure) {
      if (!isTooLarge(failure) || value === null) throw failure;
      // The partition must go on. The whole message stands where it came from, for as long as that is kept.
      const shortened = `${value.length} bytes are too many to be parked; here are the first. ${headers['x-error']}`;
      const kept = {
        key,
        value: value.subarray(0, KEPT_BYTES),
        headers: { ...headers, 'x-error': shortened },
      };
      await this.producer.send([{ topic: deadLetters, messages: [kept] }]);
    }
    parked.inc({ topic: topic.name });
  }
}
