import { z } from 'zod';
import { fact, topic } from './fact.ts';
import { id, instant, moneyValue } from './values.ts';

export const ORDER_STATES = [
  'AWAITING_PAYMENT',
  'CLAIMING',
  'CONFIRMED',
  'ISSUING',
  'COMPLETED',
  'EXPIRED',
  'CANCELLING',
  'CANCELLED',
  'REFUNDING',
  'PARTIALLY_REFUNDED',
  'REFUNDED',
] as const;
export type OrderState = (typeof ORDER_STATES)[number];

/** How an order came about: bought by its buyer, given away by a member, or sold by a member at the door. */
export const SALES_CHANNELS = ['ONLINE', 'COMPLIMENTARY', 'BOX_OFFICE'] as const;
export type SalesChannel = (typeof SALES_CHANNELS)[number];
/** A seat as people find it. */
const seat = z.object({
  /** `<section>-<row>-<number>`, unique in the event's plan. */
  seatId: id,
  /** The section's name. */
  section: z.string(),
  row: z.string(),
  number: z.int().min(0),
});

const orderLine = z.object({
  ticketTypeId: id,
  quantity: z.int().positive(),
  unitPrice: moneyValue,
  /** As many as units; absent for units of a pool. */
  seats: z.array(seat).optional(),
});

const order = z.object({
  orderId: id,
  eventId: id,
  organizationId: id,
  buyerId: id,
  state: z.enum(ORDER_STATES),
  lines: z.array(orderLine),
  total: moneyValue,
  payBy: instant,
  placedAt: instant,
  /** Without it: ONLINE. The money of a BOX_OFFICE order was taken at the door and never passes through the platform. */
  channel: z.enum(SALES_CHANNELS).optional(),
  /** Why the order ended without tickets, or gave them back. */
  reason: z.string().optional(),
  /** What was asked to be paid back so far; each refund is carried out once, by its id. */
  refunds: z.array(z.object({ refundId: id, amount: moneyValue })).optional(),
});
export type PublicOrder = z.output<typeof order>;

export const ticketsOrders = topic('tickets.orders.v1', 'state', [
  fact('OrderPlaced', order),
  fact('OrderConfirmed', order),
  fact('OrderCompleted', order),
  fact('OrderExpired', order),
  fact('OrderCancelled', order),
  fact('RefundRequested', order),
  fact('OrderRefunded', order),
]);

const ticket = z.object({
  ticketId: id,
  eventId: id,
  organizationId: id,
  ticketTypeId: id,
  ticketTypeName: z.string(),
  /** Absent for a unit of a pool. */
  seat: seat.optional(),
  orderId: id,
  holderId: id,
  holderName: z.string(),
  status: z.enum(['VALID', 'VOID']),
  /** Rises with each new holder; an older credential is refused as REVOKED. */
  credentialVersion: z.int().positive(),
  /** Key that signed the credential. */
  keyId: z.int().positive(),
  issuedAt: instant,
  /** Why it admits nobody any more: `REFUNDED` or `EVENT_CANCELLED`. */
  voidReason: z.string().optional(),
});
export type PublicTicket = z.output<typeof ticket>;

export const ticketsTickets = topic('tickets.tickets.v1', 'state', [
  fact('TicketIssued', ticket),
  fact('TicketVoided', ticket),
]);

const signingKey = z.object({
  /** Number carried in the credential (2 bytes), unique over the platform. */
  keyId: z.int().min(1).max(65_535),
  organizationId: id,
  /** Raw Ed25519 public key, 32 bytes in base64url. */
  publicKey: z.string(),
  createdAt: instant,
});

/** Public keys that door devices and `checkin` verify credentials with. The private halves never leave `tickets`. */
export const ticketsKeys = topic('tickets.keys.v1', 'state', [fact('SigningKeyCreated', signingKey)], 1);

const capacities = z.object({
  eventId: id,
  organizationId: id,
  /** Of the event whose capacities were decided about: its `aggregateVersion`. */
  eventVersion: z.int().positive(),
  /** What is in force. */
  ticketTypes: z.array(z.object({ ticketTypeId: id, capacity: z.int().min(0) })),
  /** Cuts that were refused: more units were sold or reserved than the wished capacity has. */
  refused: z.array(
    z.object({
      ticketTypeId: id,
      wished: z.int().min(0),
      committed: z.int().min(0),
      capacity: z.int().min(0),
    }),
  ),
  decidedAt: instant,
});
export type DecidedCapacities = z.output<typeof capacities>;

/** What `tickets` decided about capacities that organizers wished for: the owner of the inventory has the last word. */
export const ticketsCapacities = topic('tickets.capacities.v1', 'state', [
  fact('CapacityChanged', capacities),
  fact('CapacityChangeRefused', capacities),
]);

const units = {
  eventId: id,
  ticketTypeId: id,
  quantity: z.int().positive(),
  unitPrice: moneyValue,
};
const hold = z.object({ ...units, holdId: id, accountId: id });
const sale = z.object({ ...units, orderId: id, accountId: id });

/** What pricing learns demand from. Keyed by ticket type; `aggregateVersion` is always 0: these are no states. */
export const ticketsDemand = topic('tickets.demand.v1', 'stream', [
  fact('HoldPlaced', hold),
  fact('HoldReleased', hold),
  fact('HoldExpired', hold),
  fact('UnitsSold', sale),
  fact('UnitsReturned', sale),
  /** Refusals for want of units, counted over one second. */
  fact(
    'DemandRefused',
    z.object({
      eventId: id,
      ticketTypeId: id,
      refusals: z.int().positive(),
      units: z.int().positive(),
      accounts: z.int().positive(),
      second: instant,
    }),
  ),
]);
