import { parseEnvironment, settings } from '#config';
import type { Logger } from './logger.ts';
import { setTracing } from './spans.ts';

let shutDown: (() => Promise<void>) | undefined;

/**
 * Sends spans to an OpenTelemetry collector when the environment names one; otherwise the SDK is not even loaded.
 * Sampler, headers, time limits and batch sizes are the SDK's own `OTEL_…` variables.
 * @throws InvalidEnvironment
 */
export async function startTracing(
  service: string,
  logger: Logger,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<void> {
  const { OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, OTEL_SDK_DISABLED } =
    parseEnvironment(settings.traces, environment);
  const endpoint = OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? OTEL_EXPORTER_OTLP_ENDPOINT;
  if (shutDown || OTEL_SDK_DISABLED || endpoint === undefined) return;
  const { registerSdk } = await import('./tracing-sdk.ts');
  shutDown = registerSdk(service, logger);
  setTracing(true);
}

/** Sends what is still waiting, for a few seconds at most, and makes no more spans. */
export async function stopTracing(): Promise<void> {
  setTracing(false);
  const stop = shutDown;
  shutDown = undefined;
  await stop?.();
}
