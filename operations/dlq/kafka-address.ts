import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { type KafkaSettings, parseEnvironment, settings } from '#config';

/** Where a house that was started in this folder writes down its engines; it exists only while the house runs. */
const HOUSE_FILE = '.tessera/house.json';

const house = z.object({ engines: z.object({ kafka: z.object({ url: z.string() }) }) });

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
  const brokers = environment['KAFKA_BROKERS'] ?? brokersOfHouse(houseFile);
  if (brokers === undefined)
    throw new NoKafka(
      'No house runs in this folder, and KAFKA_BROKERS is not set.\n' +
        'Start one with `npm start`, or set KAFKA_BROKERS=host:port (and KAFKA_TOPIC_PREFIX, if the house has one).',
    );
  return parseEnvironment(settings.kafka, { ...environment, KAFKA_BROKERS: brokers });
}

function brokersOfHouse(houseFile: string): string | undefined {
  try {
    return house.parse(JSON.parse(readFileSync(houseFile, 'utf8'))).engines.kafka.url;
  } catch {
    return undefined;
  }
}
