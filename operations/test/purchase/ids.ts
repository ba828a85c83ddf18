/** The ids of a purchase of two tickets, and of one hold, that a test can name. */
export const EVENT = 'EVENT00001';
export const TYPE = 'type-1';
export const BUYER = 'buyer-1';
export const ORDER = 'order-1';
export const PAYMENT = 'payment-1';
/** At the built-in provider. */
export const INTENT = 'intent-1';
export const TICKETS = ['TICKET1', 'TICKET2'] as const;
export const HOLD = `${EVENT}.held`;
export const SOLD_HOLD = `${EVENT}.sold`;
/** The buyer's seats, which stand in the order of the tickets; the third one is held. */
export const SEATS = ['hall-A-1', 'hall-A-2'] as const;
export const SCAN = 'scan-1';
export const REFUSED_SCAN = 'scan-2';
