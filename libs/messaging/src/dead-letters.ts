import { Injectable } from '@nestjs/common';
import type { KafkaMessage } from 'kafkajs';
import type { TopicContract } from '#contracts';
import { counter } from '#observability';
import { KafkaNames } from './kafka.ts';
import { FactProducer } from './producer.ts';

const parked = counter('tessera_facts_parked_total', 'Facts put into a dead-letter topic', ['topic']);

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
    await this.producer.send([
      {
        topic: this.names.deadLetters(topic.name),
        messages: [{ key: message.key, value: message.value, headers }],
      },
    ]);
    parked.inc({ topic: topic.name });
  }
}
