import { ticketIdOf } from '#kernel';
import type { Order } from '../../orders/domain/order.ts';
import type { Seat } from '../../seats/domain/seat.ts';

/** One admission right. */
export interface Ticket {
  readonly id: string;
  readonly version: number;
  readonly eventId: string;
  readonly organizationId: string;
  readonly ticketTypeId: string;
  readonly ticketTypeName: string;
  /** Absent for a unit of a pool. */
  readonly seat?: Seat;
  readonly orderId: string;
  readonly holderId: string;
  readonly holderName: string;
  readonly status: 'VALID' | 'VOID';
  /** Rises with each new holder. */
  readonly credentialVersion: number;
  /** The key that signs its credential. */
  readonly keyId: number;
  readonly issuedAt: Date;
  /** When the credential stops being one, whatever else is known of the ticket. */
  readonly credentialExpiresAt: Date;
  /** Why it admits nobody any more. */
  readonly voidReason?: VoidReason;
}

export type VoidReason = 'REFUNDED' | 'EVENT_CANCELLED';

/** A credential outlives its event by this much: nobody is turned away because a show ran late. */
const CREDENTIAL_MARGIN_MS = 7 * 24 * 3_600_000;

export interface IssueDetails {
  readonly keyId: number;
  readonly eventEndsAt: Date;
  readonly ticketTypeNames: ReadonlyMap<string, string>;
  readonly issuedAt: Date;
}

/** The tickets of an order. Their ids derive from the order: issuing twice makes the same tickets. */
export function ticketsOf(order: Order, details: IssueDetails): Ticket[] {
  const units = order.lines.flatMap(({ ticketTypeId, quantity, seats }) =>
    Array.from({ length: quantity }, (_, i) => ({ ticketTypeId, seat: seats?.[i] })),
  );
  return units.map(({ ticketTypeId, seat }, index) => ({
    id: ticketIdOf(order.id, index),
    version: 1,
    eventId: order.eventId,
    organizationId: order.organizationId,
    ticketTypeId,
    ticketTypeName: details.ticketTypeNames.get(ticketTypeId) ?? '',
    ...(seat ? { seat } : {}),
    orderId: order.id,
    holderId: order.buyerId,
    holderName: order.buyerName,
    status: 'VALID',
    credentialVersion: 1,
    keyId: details.keyId,
    issuedAt: details.issuedAt,
    credentialExpiresAt: new Date(details.eventEndsAt.getTime() + CREDENTIAL_MARGIN_MS),
  }));
}
