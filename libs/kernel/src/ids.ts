import { createHash, randomBytes } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { fromBase32, toBase32 } from './base32.ts';

/** Where fresh ids come from, so that tests can make them predictable. */
export interface IdSource {
  /** UUIDv7 (RFC 9562): ordered by time, for aggregates and facts. */
  uuid(): string;
  /** A fresh event id. See {@link eventIdFromBytes}. */
  eventId(): string;
}

export const randomIds: IdSource = {
  uuid: () => uuidv7(),
  eventId: () => eventIdFromBytes(randomBytes(EVENT_ID_BYTES)),
};

/** Nest injection token of the IdSource. */
export const IDS = Symbol('IdSource');

/** A ticket's credential carries its event in 6 bytes and itself in 10 (entry.md), so the ids are just those bytes. */
export const EVENT_ID_BYTES = 6;
const TICKET_ID_BYTES = 10;

/** 6 bytes → 10 characters of Base32. A clash of random ids is refused by the unique index on `_id`. */
export function eventIdFromBytes(bytes: Uint8Array): string {
  return toBase32(bytes.subarray(0, EVENT_ID_BYTES));
}

export function eventIdToBytes(eventId: string): Uint8Array | undefined {
  const bytes = fromBase32(eventId);
  return bytes?.length === EVENT_ID_BYTES ? bytes : undefined;
}

/** Ticket ids derive from the order and the ticket's index in it: issuing twice makes the same tickets. */
export function ticketIdOf(orderId: string, index: number): string {
  const digest = createHash('sha256').update(`${orderId}:${index}`).digest();
  return toBase32(digest.subarray(0, TICKET_ID_BYTES));
}

export function ticketIdFromBytes(bytes: Uint8Array): string {
  return toBase32(bytes.subarray(0, TICKET_ID_BYTES));
}

export function ticketIdToBytes(ticketId: string): Uint8Array | undefined {
  const bytes = fromBase32(ticketId);
  return bytes?.length === TICKET_ID_BYTES ? bytes : undefined;
}
