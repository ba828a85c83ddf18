/** The services that keep data, each in a database of its own name (behind the prefix). */
export const SERVICES = ['auth', 'events', 'tickets', 'payments', 'pricing', 'checkin'] as const;
export type ServiceName = (typeof SERVICES)[number];
