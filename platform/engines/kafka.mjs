import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { mustRun } from '../system/commands.mjs';
import { findOnPath, isExecutable } from '../system/files.mjs';
import { cacheFolder, provideOnce } from './cache-folder.mjs';
import { containerSource } from './containers.mjs';
import { hostList } from './endpoints.mjs';
import { JAVA_PACKAGES, provideJava } from './java.mjs';
import { asEnvironment, asProperties, kafkaSettings, newClusterId } from './kafka-settings.mjs';
import { kafkaAnswers } from './probes.mjs';

const VERSION = '4.1.0';
const POM = fileURLToPath(new URL('./kafka/pom.xml', import.meta.url));
const HEAP = ['-Xms256m', '-Xmx512m'];
const JVM = [
  ...HEAP,
  // On a small shared machine the serial collector takes the least memory and the fewest threads.
  '-XX:+UseSerialGC',
  '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
  '-Dorg.slf4j.simpleLogger.showDateTime=true',
  "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
];

/** @type {import('./recipe.mjs').Recipe} */
export const kafka = {
  name: 'kafka',
  label: 'Kafka',
  variable: 'KAFKA_BROKERS',
  example: '127.0.0.1:9092',
  endpoints: (brokers) => hostList(brokers, 9092),
  address: (port) => `127.0.0.1:${port}`,
  answers: kafkaAnswers,
  sources: [
    installed,
    containerSource({
      image: `apache/kafka:${VERSION}`,
      volumePath: '/var/lib/kafka/data',
      settings: ({ port }) => ({
        port,
        environment: asEnvironment(
          kafkaSettings({
            port,
            controllerPort: port + 1,
            listenOn: '0.0.0.0',
            logFolder: '/var/lib/kafka/data',
          }),
        ),
      }),
    }),
    provisioned,
  ],
  cures: [
    `apt-get install -y ${JAVA_PACKAGES.join(' ')}`,
    'KAFKA_HOME=<unpacked Kafka> npm start',
    `docker run --rm -p 9092:9092 apache/kafka:${VERSION}   (then set KAFKA_BROKERS)`,
  ],
};

/**
 * How one distribution of Kafka is called.
 * @typedef {object} Distribution
 * @property {(settingsFile: string, clusterId: string) => [string, string[]]} format
 * @property {(settingsFile: string) => [string, string[]]} serve
 * @property {NodeJS.ProcessEnv} [env]
 */

/** @param {import('./recipe.mjs').Surroundings} surroundings */
async function installed(surroundings) {
  const { env } = surroundings;
  const onPath = findOnPath('kafka-server-start.sh', env);
  const folder = env['KAFKA_HOME'] ? join(env['KAFKA_HOME'], 'bin') : onPath && dirname(onPath);
  if (!folder) return { unavailable: 'no kafka-server-start.sh on PATH and no KAFKA_HOME' };
  const [server, storage] = [join(folder, 'kafka-server-start.sh'), join(folder, 'kafka-storage.sh')];
  if (!isExecutable(server) || !isExecutable(storage))
    return { unavailable: `${folder} holds no Kafka with KRaft (kafka-storage.sh)` };
  return broker(surroundings, `installed (${folder})`, {
    format: (settingsFile, clusterId) => [storage, ['format', '-t', clusterId, '-c', settingsFile]],
    serve: (settingsFile) => [server, [settingsFile]],
    env: { KAFKA_HEAP_OPTS: HEAP.join(' ') },
  });
}

/** @param {import('./recipe.mjs').Surroundings} surroundings */
async function provisioned(surroundings) {
  const { env, children } = surroundings;
  // What the pom lists is part of the name: a change of it is another entry.
  const entry = `kafka-${VERSION}-${createHash('sha256').update(readFileSync(POM)).digest('hex').slice(0, 8)}`;
  const withMaven = !existsSync(join(cacheFolder(env), entry));
  const found = await provideJava(surroundings, { withMaven });
  if ('unavailable' in found) return found;
  const { java } = found;
  const folder = await provideOnce(
    env,
    { entry, title: `download of Kafka ${VERSION} (54 MB from Maven Central)` },
    async (draft) => {
      // Maven writes its own files beside the pom it is given.
      await copyFile(POM, join(draft, 'pom.xml'));
      const args = [
        '-B',
        '-q',
        'dependency:copy-dependencies',
        '-DincludeScope=runtime',
        `-DoutputDirectory=${join(draft, 'libs')}`,
      ];
      await mustRun(children, 'mvn', args, { cwd: draft, env });
    },
  );
  const classPath = ['-cp', join(folder, 'libs', '*')];
  return broker(surroundings, `${VERSION} from Maven Central, in the cache`, {
    format: (settingsFile, clusterId) => [
      java,
      [...classPath, 'kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', settingsFile],
    ],
    serve: (settingsFile) => [java, [...JVM, ...classPath, 'kafka.Kafka', settingsFile]],
  });
}

/**
 * @param {import('./recipe.mjs').Surroundings} surroundings
 * @param {string} origin
 * @param {Distribution} distribution
 * @returns {import('./recipe.mjs').OwnSource}
 */
function broker({ children, env }, origin, distribution) {
  return {
    origin,
    async prepare({ folder, port, anotherPort }) {
      const settingsFile = join(folder, 'server.properties');
      const logFolder = join(folder, 'log');
      const settings = kafkaSettings({
        port,
        controllerPort: await anotherPort(),
        listenOn: '127.0.0.1',
        logFolder,
      });
      writeFileSync(settingsFile, asProperties(settings));
      if (!existsSync(join(logFolder, 'meta.properties'))) {
        const [command, args] = distribution.format(settingsFile, newClusterId());
        await mustRun(children, command, args, { env: { ...env, ...distribution.env }, cwd: folder });
      }
      const [command, args] = distribution.serve(settingsFile);
      return { command, args, env: { ...distribution.env, LOG_DIR: join(folder, 'server-log') } };
    },
  };
}
