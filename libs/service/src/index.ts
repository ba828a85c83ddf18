export * from './core.module.ts';
export * from './problem.ts';
export * from './raw-bodies.ts';
export * from './request-body.ts';
export * from './run-service.ts';
export * from './sweep.ts';
