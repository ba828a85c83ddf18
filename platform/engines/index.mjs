import { kafka } from './kafka.mjs';
import { mongodb } from './mongodb.mjs';
import { redis } from './redis.mjs';

/** @type {readonly import('./recipe.mjs').Recipe[]} */
export const ENGINES = [mongodb, redis, kafka];
