export * from './broadcast.ts';
export * from './redis.module.ts';
export * from './redis.ts';
