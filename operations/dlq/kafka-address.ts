import { type KafkaSettings, parseEnvironment, settings } from '#config';
import { enginesOfHouse, HOUSE_FILE } from '../house/engines.ts';

/** Nobody has said where Kafka is. */
export class NoKafka extends Error {
  override readonly name = 'NoKafka';
}

/**
 * Kafka as the environment names it, else the one of the house in this folder.
 * @throws NoKafka naming the cure
 * @throws InvalidEnvironment naming the setting that is wrong
 */
export function findKafka(environment: NodeJS.ProcessEnv, houseFile = HOUSE_FILE): KafkaSettings {
  const brokers = environment['KAFKA_BROKERS'] ?? enginesOfHouse(houseFile).kafka?.url;
  if (brokers === undefined)
    throw new NoKafka(
      'No house runs in this folder, and KAFKA_BROKERS is not set.\n' +
        'Start one with `npm start`, or set KAFKA_BROKERS=host:port (and KAFKA_TOPIC_PREFIX, if the house has one).',
    );
  return parseEnvironment(settings.kafka, { ...environment, KAFKA_BROKERS: brokers });
}
