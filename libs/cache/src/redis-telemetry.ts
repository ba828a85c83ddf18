import { tracingChannel } from 'node:diagnostics_channel';
import { durations, failSpan, openPartSpan, type Span } from '#observability';

const commands = durations('tessera_redis_command_seconds', 'Redis commands by name and outcome', [
  'command',
  'outcome',
]);

/** What ioredis tells of a command; arguments are not read, for they may be anything. */
interface CommandMessage {
  readonly command: string;
  readonly error?: unknown;
}

interface RunningCommand {
  readonly startedAt: number;
  readonly span: Span | undefined;
}

let observing = false;

/** Measures every command of the process, from its writing to its answer, through ioredis' own diagnostics channel. */
export function observeRedis(): void {
  if (observing) return;
  observing = true;
  const running = new WeakMap<CommandMessage, RunningCommand>();
  const start = (message: CommandMessage): void => {
    const span = openPartSpan(`redis ${message.command}`, {
      'db.system.name': 'redis',
      'db.operation.name': message.command,
    });
    running.set(message, { startedAt: performance.now(), span });
  };
  const asyncEnd = (message: CommandMessage): void => {
    const one = running.get(message);
    if (!one) return;
    const { command, error } = message;
    const outcome = error === undefined ? 'ok' : 'error';
    commands.observe({ command, outcome }, (performance.now() - one.startedAt) / 1_000);
    if (one.span && error !== undefined) failSpan(one.span, error);
    one.span?.end();
  };
  const ignored = (): void => undefined;
  tracingChannel<CommandMessage>('ioredis:command').subscribe({
    start,
    asyncEnd,
    end: ignored,
    asyncStart: ignored,
    error: ignored,
  });
}
