export * from './base45.ts';
export * from './credential.ts';
export * from './layout.ts';
export * from './signing.ts';
