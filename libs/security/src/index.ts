export * from './access-tokens.ts';
export * from './payment-token.ts';
export * from './principal.ts';
export * from './sealing.ts';
export * from './viewer.ts';
export * from './visitor-token.ts';
