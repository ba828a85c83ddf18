import type { House } from '../house/house.ts';
import type { Target } from './job.ts';

/** Of a house: its gateway, or its services past it. */
export function targetOf(house: House, direct: boolean): Target {
  if (!direct) return { kind: 'gateway', url: house.url };
  return { kind: 'services', tickets: house.service('tickets').url, payments: house.service('payments').url };
}
