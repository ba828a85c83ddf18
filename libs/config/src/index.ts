export * from './config.ts';
export * from './running-house.ts';
