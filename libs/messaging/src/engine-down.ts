import { isRedisDown } from '#cache';
import { isMongoDown } from '#persistence';
import { isKafkaDown } from './kafka.ts';

/** The failure is an engine's absence, not the fact's or the code's fault. */
export function isEngineDown(error: unknown): boolean {
  return isMongoDown(error) || isRedisDown(error) || isKafkaDown(error);
}
