export * from './answer.ts';
export * from './bounded-stream.ts';
export * from './connection.ts';
export * from './context.ts';
export * from './date-time.ts';
export * from './errors.ts';
export * from './operation-metrics.ts';
export * from './subgraph.module.ts';
