/** The processes of a house, by the names that its launcher gives them. */
export const COMPONENTS = [
  'gateway',
  'auth',
  'events',
  'tickets',
  'payments',
  'pricing',
  'checkin',
  'redis',
  'mongodb',
  'kafka',
] as const;
