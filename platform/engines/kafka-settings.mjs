import { randomBytes } from 'node:crypto';

/**
 * The settings of a single broker that is its own controller (KRaft): https://kafka.apache.org/41/configuration/
 * @param {{ port: number, controllerPort: number, listenOn: string, logFolder: string }} options
 * @returns {Record<string, string>}
 */
export function kafkaSettings({ port, controllerPort, listenOn, logFolder }) {
  return {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    'controller.listener.names': 'CONTROLLER',
    listeners: `PLAINTEXT://${listenOn}:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'log.dirs': logFolder,

    // One broker: nothing to replicate to, and no other consumer to wait for.
    'default.replication.factor': '1',
    'min.insync.replicas': '1',
    'offsets.topic.replication.factor': '1',
    'offsets.topic.num.partitions': '3',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
    'transaction.state.log.num.partitions': '3',
    'share.coordinator.state.topic.replication.factor': '1',
    'share.coordinator.state.topic.min.isr': '1',
    'group.initial.rebalance.delay.ms': '0',

    // After kill -9 the controller admits the broker again only when the lost one's session is over (default 9 s).
    'broker.session.timeout.ms': '3000',
    'broker.heartbeat.interval.ms': '500',

    // Services create their topics, with the partitions and the clean-up policy of the contract.
    'auto.create.topics.enable': 'false',
    // Stream facts are kept 30 days; consumers may rest as long without losing their place.
    'log.retention.hours': '720',
    'offsets.retention.minutes': String(30 * 24 * 60),

    // Well over a hundred partitions on a developer's disk: small segments and indexes (defaults 1 GB and 10 MB), and a
    // cleaner whose memory (default 128 MB) fits the small heap.
    'log.segment.bytes': String(64 * 2 ** 20),
    'log.index.size.max.bytes': String(1 * 2 ** 20),
    'log.cleaner.dedupe.buffer.size': String(16 * 2 ** 20),
    'log.cleaner.io.buffer.size': String(512 * 2 ** 10),
    'log.cleaner.backoff.ms': '30000',

    // A start after kill -9 reads the last segment of each partition again.
    'num.recovery.threads.per.data.dir': '2',
    'num.network.threads': '2',
    'num.io.threads': '4',
  };
}

/** @param {Record<string, string>} settings */
export function asProperties(settings) {
  // In a properties file the backslash is an escape.
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value.replaceAll('\\', '\\\\')}\n`)
    .join('');
}

/**
 * The form that the official image reads.
 * @param {Record<string, string>} settings
 */
export function asEnvironment(settings) {
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [
      `KAFKA_${name.toUpperCase().replaceAll('.', '_')}`,
      value,
    ]),
  );
}

/** A new cluster id: 16 random bytes as Kafka writes them; its own generator also avoids a leading dash. */
export function newClusterId() {
  for (;;) {
    const id = randomBytes(16).toString('base64url');
    if (!id.startsWith('-')) return id;
  }
}
