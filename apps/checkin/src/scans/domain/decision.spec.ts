import fc from 'fast-check';
import { SCAN_DIRECTIONS } from '#contracts';
import { type Admission, afterMovement, MAX_MOVEMENTS } from '../../admissions/domain/admission.ts';
import type { DoorEvent, KnownTicket } from '../../copies/domain/copies.ts';
import {
  decidePassage,
  decideRight,
  type Evidence,
  type GenuineCode,
  LATEST_ENTRY_AFTER_END_MS,
} from './decision.ts';

const endsAt = new Date('2027-03-01T23:00:00Z');
const latest = endsAt.getTime() + LATEST_ENTRY_AFTER_END_MS;
const event: DoorEvent = { id: 'EVENT', organizationId: 'house', status: 'PUBLISHED', endsAt };
const code: GenuineCode = {
  kind: 'GENUINE',
  signedBy: 'house',
  eventId: 'EVENT',
  ticketId: 'TICKET',
  credentialVersion: 2,
  expiresAt: new Date(latest + 1),
};
const ticket: KnownTicket = {
  id: 'TICKET',
  organizationId: 'house',
  ticketTypeName: 'Stalls',
  holderId: 'ada',
  holderName: 'Ada',
  status: 'VALID',
  credentialVersion: 2,
};
const good: Evidence = {
  code,
  event,
  ticket,
  device: 'KNOWN',
  direction: 'ENTRY',
  scannedAt: new Date('2027-03-01T19:00:00Z'),
};

const spoilt: [string, Partial<Evidence>][] = [
  ['UNKNOWN_DEVICE', { device: 'UNKNOWN' }],
  ['INVALID', { code: { kind: 'UNREADABLE' } }],
  ['FORGED', { code: { kind: 'FORGED' } }],
  ['WRONG_EVENT', { code: { ...code, eventId: 'OTHER' } }],
  ['WRONG_EVENT', { code: { ...code, eventId: 'OTHER', signedBy: 'other house' } }],
  ['FORGED', { code: { ...code, signedBy: 'other house' } }],
  ['CANCELLED', { event: { ...event, status: 'CANCELLED' } }],
  ['REVOKED', { ticket: { ...ticket, status: 'VOID' } }],
  ['REFUNDED', { ticket: { ...ticket, status: 'VOID', voidReason: 'REFUNDED' } }],
  ['CANCELLED', { ticket: { ...ticket, status: 'VOID', voidReason: 'EVENT_CANCELLED' } }],
  ['REVOKED', { ticket: { ...ticket, credentialVersion: 3 } }],
  ['EXPIRED_CODE', { code: { ...code, expiresAt: new Date('2027-03-01T18:59:59Z') } }],
  ['TOO_LATE', { scannedAt: new Date(latest + 1) }],
];

describe('the right to pass', () => {
  it('is had by a genuine code of this event', () => {
    expect(decideRight(good)).toBe('OK');
  });

  it.each(spoilt)('is refused as %s', (reason, change) => {
    expect(decideRight({ ...good, ...change })).toBe(reason);
  });

  it.each<[string, Partial<Evidence>]>([
    ['the ticket is not known yet', { ticket: undefined }],
    ['the code is newer than what is known of the ticket', { ticket: { ...ticket, credentialVersion: 1 } }],
    ['it is the last millisecond of the time to enter', { scannedAt: new Date(latest) }],
    ['the event is far ahead', { scannedAt: new Date('2026-01-01T00:00:00Z') }],
  ])('is had when %s', (_, change) => {
    expect(decideRight({ ...good, ...change })).toBe('OK');
  });

  it.each<[string, Partial<Evidence>]>([
    ['the event was cancelled', { event: { ...event, status: 'CANCELLED' } }],
    ['the ticket has a new holder', { ticket: { ...ticket, credentialVersion: 3 } }],
    ['the ticket was voided', { ticket: { ...ticket, status: 'VOID' } }],
    ['it is late', { scannedAt: new Date(latest + 1) }],
  ])('to go out is had even when %s', (_, change) => {
    expect(decideRight({ ...good, ...change, direction: 'EXIT' })).toBe('OK');
  });

  it.each(['INVALID', 'FORGED', 'WRONG_EVENT'])('to go out is refused as %s', (reason) => {
    const changes = spoilt.filter(([name]) => name === reason);
    for (const [, change] of changes)
      expect(decideRight({ ...good, ...change, direction: 'EXIT' })).toBe(reason);
  });
});

describe('passage', () => {
  const walk = (directions: readonly ('ENTRY' | 'EXIT')[]): Admission | undefined => {
    let admission: Admission | undefined;
    directions.forEach((direction, i) => {
      if (!decidePassage(direction, admission).allowed) return;
      const at = new Date(i);
      const movement = {
        scanId: `${i}`,
        direction,
        lane: `${i}`,
        deviceId: 'd',
        scannedAt: at,
        decidedAt: at,
      };
      admission = afterMovement({ ticketId: 'T', eventId: 'E', organizationId: 'O' }, admission, movement);
    });
    return admission;
  };

  it('is in once, and again after each way out', () => {
    expect(decidePassage('ENTRY', undefined)).toEqual({ allowed: true });
    expect(decidePassage('ENTRY', walk(['ENTRY', 'EXIT']))).toEqual({ allowed: true });
    expect(decidePassage('EXIT', walk(['ENTRY']))).toEqual({ allowed: true });
  });

  it('says which entry used the ticket', () => {
    expect(decidePassage('ENTRY', walk(['ENTRY', 'EXIT', 'ENTRY']))).toEqual({
      allowed: false,
      reason: 'ALREADY_USED',
      usedBefore: { admittedAt: new Date(2), lane: '2', inside: true },
    });
    expect(decidePassage('EXIT', walk(['ENTRY', 'EXIT']))).toEqual({
      allowed: false,
      reason: 'ALREADY_USED',
      usedBefore: { admittedAt: new Date(0), lane: '0', inside: false },
    });
  });

  it('is not out before it is in', () => {
    expect(decidePassage('EXIT', undefined)).toEqual({ allowed: false, reason: 'NOT_YET' });
  });

  it('is in and out by turns, whatever is scanned, and never more often than the limit', () => {
    const any = fc.array(fc.constantFrom(...SCAN_DIRECTIONS), { maxLength: 200 });
    fc.assert(
      fc.property(any, (directions) => {
        const admission = walk(directions);
        const made = admission?.movements ?? [];
        expect(made.length).toBeLessThanOrEqual(MAX_MOVEMENTS);
        made.forEach(({ direction }, i) => expect(direction).toBe(i % 2 === 0 ? 'ENTRY' : 'EXIT'));
        expect(admission?.inside ?? false).toBe(made.length % 2 === 1);
        expect(admission?.version ?? 0).toBe(made.length);
      }),
    );
  });

  it('ends with the last way out that the limit allows: nobody is locked in', () => {
    const full = walk(Array.from({ length: MAX_MOVEMENTS }, (_, i) => (i % 2 === 0 ? 'ENTRY' : 'EXIT')));
    expect(full).toMatchObject({ version: MAX_MOVEMENTS, inside: false });
    expect(decidePassage('ENTRY', full)).toEqual({ allowed: false, reason: 'BLOCKED' });
  });
});
