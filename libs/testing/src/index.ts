export * from './eventually.ts';
export * from './fact-line.ts';
export * from './fixed-clock.ts';
export * from './graph-client.ts';
export * from './graph-stream.ts';
export * from './running-service.ts';
export * from './settings.ts';
export * from './test-authority.ts';
