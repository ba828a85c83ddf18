import { BUYER, EVENT, ORDER, TYPE } from './ids.ts';

export const price = { amount: 1_000, currency: 'EUR' };
export const total = { amount: 2_000, currency: 'EUR' };
const seat = (number: number) => ({ seatId: `hall-A-${number}`, section: 'Hall', row: 'A', number });
export const lines = [{ ticketTypeId: TYPE, quantity: 2, unitPrice: price, seats: [seat(1), seat(2)] }];
export const AT = '2030-01-01T00:00:00.000Z';

export const ticket = (ticketId: string, index: number) =>
  ({
    seat: seat(index + 1),
    ticketId,
    eventId: EVENT,
    organizationId: 'organization',
    ticketTypeId: TYPE,
    ticketTypeName: 'Standing',
    orderId: ORDER,
    holderId: BUYER,
    holderName: 'Ada',
    status: 'VALID',
    credentialVersion: 1,
    keyId: 1,
    issuedAt: AT,
  }) as const;
