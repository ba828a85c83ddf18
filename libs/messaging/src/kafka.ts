import kafkajs, { Kafka, type KafkaConfig, logLevel, type SASLOptions } from 'kafkajs';
import type { KafkaSettings } from '#config';
import type { Logger } from '#observability';
import { giveUpSilentConnections } from './kafkajs-silence.ts';
import { mendKafkajsTimer } from './kafkajs-timer.ts';

mendKafkajsTimer();
giveUpSilentConnections();

/** Twice that, for a producer tries once more, is the lease of an outbox: after it another relay may publish. */
const ANSWERED_WITHIN_MS = 5_000;

/** Names on this cluster: topics and consumer groups carry the prefix, so that several houses can share an engine. */
export class KafkaNames {
  constructor(private readonly prefix: string) {}

  topic(name: string): string {
    return this.prefix + name;
  }

  deadLetters(name: string): string {
    return `${this.prefix}${name}.dlq`;
  }

  group(service: string): string {
    return this.prefix + service;
  }

  /** The contract's name of a topic on the cluster. */
  contractName(topic: string): string {
    return topic.slice(this.prefix.length);
  }
}

export function openKafka(
  settings: KafkaSettings,
  service: string,
  logger: Logger,
  /** Longer for those who make or delete topics: Kafka answers once each partition stands. */
  answeredWithinMs = ANSWERED_WITHIN_MS,
): Kafka {
  return new Kafka({
    clientId: `tessera-${service}`,
    brokers: settings.KAFKA_BROKERS,
    ssl: settings.KAFKA_TLS,
    sasl: saslOf(settings),
    connectionTimeout: 3_000,
    requestTimeout: answeredWithinMs,
    retry: { initialRetryTime: 100, maxRetryTime: 2_000, retries: 8 },
    logLevel: logLevel.WARN,
    logCreator: logThrough(logger),
  });
}

function saslOf(settings: KafkaSettings): SASLOptions | undefined {
  const {
    KAFKA_SASL_MECHANISM: mechanism,
    KAFKA_SASL_USERNAME: username,
    KAFKA_SASL_PASSWORD: password,
  } = settings;
  if (!mechanism) return undefined;
  return { mechanism, username: username ?? '', password: password ?? '' } as SASLOptions;
}

/** Answers that an engine gives while it starts or a group forms; kafkajs retries them and logs them as errors. */
const PASSING =
  /coordinator is not available|not aware of this (group|member)|rebalanc|is loading|not the leader|does not host|ECONNREFUSED|Connection timeout|Closed connection/i;

function logThrough(logger: Logger): KafkaConfig['logCreator'] {
  return () =>
    ({ level, log, namespace }) => {
      const { message, error, ...context } = log;
      const text = `kafka ${namespace}: ${message}`;
      const passing = PASSING.test(`${message} ${String(error)}`);
      const fields = { error, topic: context['topic'], groupId: context['groupId'] };
      if (level === logLevel.ERROR && !passing) logger.error(fields, text);
      else logger.debug(fields, text);
    };
}

/** More than the brokers take, alone or with others of its request. It will not get smaller. */
export function isTooLarge(error: unknown): boolean {
  const cause = error instanceof kafkajs.KafkaJSNumberOfRetriesExceeded ? error.cause : error;
  return (
    cause instanceof kafkajs.KafkaJSProtocolError &&
    (cause.type === 'MESSAGE_TOO_LARGE' || cause.type === 'RECORD_LIST_TOO_LARGE')
  );
}

export function isKafkaDown(error: unknown): boolean {
  return error instanceof kafkajs.KafkaJSError && !isTooLarge(error);
}
