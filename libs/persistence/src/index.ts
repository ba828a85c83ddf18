export * from './errors.ts';
export * from './grouped-collection.ts';
export * from './indexes.ts';
export * from './mongo.module.ts';
export * from './mongo.ts';
export * from './newest-first.ts';
export * from './recent.ts';
export * from './versioned-copies.ts';
