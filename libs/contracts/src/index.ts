import { authDevices, authOrganizations, authUsers } from './auth.ts';
import { checkinAdmissions, checkinScans } from './checkin.ts';
import { eventsEvents, eventsPlans } from './events.ts';
import type { TopicContract } from './fact.ts';
import { paymentsPayments } from './payments.ts';
import { pricingPrices } from './pricing.ts';
import { ticketsCapacities, ticketsDemand, ticketsKeys, ticketsOrders, ticketsTickets } from './tickets.ts';

export * from './auth.ts';
export * from './checkin.ts';
export * from './events.ts';
export * from './fact.ts';
export * from './payments.ts';
export * from './pricing.ts';
export * from './tickets.ts';
export { moneyValue } from './values.ts';

/** Every topic of the platform, by the name that stands before any prefix. */
export const topics: readonly TopicContract[] = [
  authUsers,
  authOrganizations,
  authDevices,
  eventsEvents,
  eventsPlans,
  ticketsOrders,
  ticketsTickets,
  ticketsKeys,
  ticketsCapacities,
  ticketsDemand,
  paymentsPayments,
  pricingPrices,
  checkinScans,
  checkinAdmissions,
];
