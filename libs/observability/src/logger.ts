import type { LoggerService } from '@nestjs/common';
import { pino, type Logger } from 'pino';
import { currentCorrelation } from './correlation.ts';
import { currentTraceId } from './spans.ts';

export type { Logger };

/** Nest injection token of the service's root logger. */
export const LOGGER = Symbol('Logger');

/** Structured logs, one JSON object a line; each carries the correlation id of the request that it belongs to. */
export function createLogger(service: string, level: string): Logger {
  return pino({
    level,
    base: { service, pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    mixin: () => {
      const correlation = currentCorrelation();
      const traceId = currentTraceId();
      return {
        ...(correlation ? { correlationId: correlation.correlationId } : {}),
        ...(traceId ? { traceId } : {}),
      };
    },
    redact: ['password', '*.password', 'authorization', '*.authorization', 'token', '*.token'],
  });
}

/** Lets Nest write its own messages through pino. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }

  private write(level: 'debug' | 'warn' | 'error', message: unknown, rest: unknown[]): void {
    const context = rest.filter((part) => typeof part === 'string').at(-1);
    if (message instanceof Error) this.logger[level]({ err: message, context }, message.message);
    else this.logger[level]({ context }, typeof message === 'string' ? message : JSON.stringify(message));
  }
}
