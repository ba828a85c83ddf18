import { Controller, Get, Inject, Injectable, ServiceUnavailableException } from '@nestjs/common';
import { within } from '#kernel';
import { LOGGER, type Logger } from './logger.ts';

/** Resolves when the thing works; rejects with the reason when it does not. */
export type HealthCheck = () => Promise<void> | void;

/** What must work before this process may be sent requests. Each module adds the checks of what it opened. */
@Injectable()
export class Readiness {
  private readonly checks = new Map<string, HealthCheck>();

  add(name: string, check: HealthCheck): void {
    this.checks.set(name, check);
  }

  /** Each check's outcome: `up`, or why not. A check that takes longer than `timeoutMs` counts as down. */
  async report(timeoutMs = 2_000): Promise<Record<string, string>> {
    const outcomes = [...this.checks].map(async ([name, check]): Promise<[string, string]> => {
      try {
        await within(timeoutMs, Promise.resolve(check()));
        return [name, 'up'];
      } catch (error) {
        return [name, error instanceof Error ? error.message : String(error)];
      }
    });
    return Object.fromEntries(await Promise.all(outcomes));
  }
}

@Controller('health')
export class HealthController {
  constructor(
    private readonly readiness: Readiness,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** The process runs and its event loop turns. */
  @Get('live')
  live(): { status: string } {
    return { status: 'up' };
  }

  /** The process can do its work now: 200, or 503 with what is missing. */
  @Get('ready')
  async ready(): Promise<{ status: string; checks: Record<string, string> }> {
    const checks = await this.readiness.report();
    if (Object.values(checks).every((outcome) => outcome === 'up')) return { status: 'up', checks };
    this.logger.warn({ checks }, 'not ready');
    throw new ServiceUnavailableException({ status: 'down', checks });
  }
}
