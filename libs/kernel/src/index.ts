export * from './base32.ts';
export * from './clock.ts';
export * from './failure.ts';
export * from './ids.ts';
export * from './input.ts';
export * from './money.ts';
export * from './paging.ts';
export * from './result.ts';
