import type { SoundHouse } from '../sound-house.ts';

/** A violation: what it is, which invariant finds it, how it is done to the sound house, and what is told of it. */
export type Plant = [what: string, invariant: string, plant: () => Promise<unknown>, told: RegExp];

export const set = (fields: object) => ({ $set: fields });
export const eur = (amount: number) => ({ amount, currency: 'EUR' });

export type Ground = ReturnType<typeof groundOf>;

/** What violations are planted in; the house may be opened later. */
export const groundOf = (sound: () => SoundHouse) => ({
  orders: () => sound().collection('tickets', 'orders'),
  tickets: () => sound().collection('tickets', 'tickets'),
  inventory: () => sound().collection('tickets', 'inventory'),
  /** The sales log. */
  sales: () => sound().collection('tickets', 'sales_log'),
  claims: () => sound().collection('tickets', 'seat_claims'),
  allowances: () => sound().collection('tickets', 'allowances'),
  events: () => sound().collection('tickets', 'events'),
  payments: () => sound().collection('payments', 'payments'),
  ledger: () => sound().collection('payments', 'ledger'),
  /** Of the built-in provider. */
  intents: () => sound().intents(),
  admissions: () => sound().collection('checkin', 'admissions'),
  scans: () => sound().collection('checkin', 'scans'),
  copiedTickets: () => sound().collection('checkin', 'tickets'),
  redis: () => sound().house.redis,
  key: (part: Parameters<SoundHouse['key']>[0]) => sound().key(part),
});
