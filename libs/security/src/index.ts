export * from './access-tokens.ts';
export * from './payment-token.ts';
export * from './viewer.ts';
