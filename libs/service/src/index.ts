export * from './core.module.ts';
export * from './run-service.ts';
