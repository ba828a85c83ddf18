import { readCommandLine, readWaitMs } from '../house/command-line.ts';
import { InvalidCommand } from '../house/tool.ts';
import { SERVICES, type ServiceName } from '../house/services.ts';

export const HELP = `npm run rebuild -- SERVICE [options]   builds a service's copies of other services' aggregates anew

  --check        compare what the facts on Kafka make with what the service has, and change nothing (the default)
  --apply        then write what is missing, changed or stale; nothing is deleted, and nothing newer is replaced
  --wait S       seconds to wait for a copy that is behind to catch up by itself (default 10)
  --help         this text

  SERVICE is one of ${SERVICES.join(', ')}, or all.

The service may go on meanwhile. Engines are found by MONGODB_URI, REDIS_URL and KAFKA_BROKERS, else in the house that
runs in this folder. It ends with 0 when the copies are the same (or were mended), 1 when they differ, 2 when the
command line is wrong, 3 when the engines could not be asked.`;

export interface RebuildCommand {
  readonly services: readonly ServiceName[];
  readonly apply: boolean;
  readonly waitMs: number;
}

/** Undefined: help was asked for. @throws InvalidCommand */
export function readRebuildCommand(args: readonly string[]): RebuildCommand | undefined {
  const { values, positionals } = parse(args);
  const [service, ...more] = positionals;
  if (values.help === true) return undefined;
  if (service === undefined) throw new InvalidCommand(`A service is missing.\n\n${HELP}`);
  if (more.length > 0) throw new InvalidCommand(`One service at a time, or all; "${more[0]}" is too much.`);
  if (values.check === true && values.apply === true)
    throw new InvalidCommand('Either --check or --apply, not both.');
  const services = service === 'all' ? SERVICES : SERVICES.filter((name) => name === service);
  if (services.length === 0)
    throw new InvalidCommand(`There is no service "${service}"; there are ${SERVICES.join(', ')} and all.`);
  return { services, apply: values.apply === true, waitMs: readWaitMs(values.wait) };
}

function parse(args: readonly string[]) {
  return readCommandLine({
    args: [...args],
    allowPositionals: true,
    options: {
      check: { type: 'boolean' },
      apply: { type: 'boolean' },
      wait: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
}
