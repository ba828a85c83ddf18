export * from './bounded.ts';
export * from './correlation.ts';
export * from './health.ts';
export * from './logger.ts';
export * from './metrics.ts';
export * from './periodic-metrics.ts';
export * from './spans.ts';
export * from './tracing.ts';
