import type { Document } from 'mongodb';
import type { ServiceName } from '../../house/services.ts';
import { lines, ticket, total } from './contents.ts';
import {
  BUYER,
  EVENT,
  INTENT,
  ORDER,
  PAYMENT,
  REFUSED_SCAN,
  SCAN,
  SEATS,
  SOLD_HOLD,
  TICKETS,
  TYPE,
} from './ids.ts';

type Collections = Record<string, (Document & { _id: string })[]>;

/** What the owners keep of the purchase; the copies are made of its facts. */
export function documentsOfPurchase(): Partial<Record<ServiceName, Collections>> {
  return {
    events: { events: [{ _id: EVENT, version: 1, status: 'PUBLISHED' }] },
    tickets: documentsOfTickets(),
    payments: documentsOfPayments(),
    pricing: { price_books: [{ _id: TYPE, version: 4, lastChange: { version: 3 } }] },
    checkin: {
      admissions: [
        { _id: TICKETS[0], version: 1, inside: true, movements: [{ scanId: SCAN, direction: 'ENTRY' }] },
      ],
      scans: [
        { _id: SCAN, ticketId: TICKETS[0], decision: 'ADMITTED' },
        { _id: REFUSED_SCAN, ticketId: TICKETS[0], decision: 'REFUSED' },
      ],
    },
  };
}

function documentsOfTickets(): Collections {
  const order = { eventId: EVENT, buyerId: BUYER, lines, total, placedAt: new Date() };
  return {
    inventory: [
      {
        _id: EVENT,
        open: true,
        seq: 1,
        logged: 1,
        pools: { [TYPE]: { capacity: 10, sold: 2, revenue: 2_000 } },
        moves: [],
      },
    ],
    orders: [
      {
        _id: ORDER,
        version: 5,
        state: 'COMPLETED',
        holdId: SOLD_HOLD,
        idempotencyKey: 'first key',
        unitsSoldAfter: 2,
        ...order,
      },
    ],
    sales_log: [
      {
        _id: 'sale-1',
        eventId: EVENT,
        seq: 1,
        kind: 'CLAIM',
        at: new Date(),
        orderId: ORDER,
        lines: [{ ticketTypeId: TYPE, quantity: 2, amount: 2_000 }],
        unitsSold: 2,
      },
    ],
    tickets: TICKETS.map((id, i) => ({ _id: id, version: 1, ...ticket(id, i) })),
    seat_claims: SEATS.map((seatId) => ({ _id: `${EVENT}:${seatId}`, orderId: ORDER })),
    allowances: [{ _id: `${EVENT}:${BUYER}`, eventId: EVENT, accountId: BUYER, total: 2, orders: [ORDER] }],
    signing_keys: [{ _id: '1', keyId: 1 }],
  };
}

function documentsOfPayments(): Collections {
  return {
    payments: [
      {
        _id: ORDER,
        paymentId: PAYMENT,
        provider: 'test',
        intentId: INTENT,
        state: 'CAPTURED',
        version: 2,
        amount: total,
      },
    ],
    ledger: [
      {
        _id: `${PAYMENT}:CAPTURE`,
        kind: 'CAPTURE',
        orderId: ORDER,
        currency: 'EUR',
        entries: [
          { account: 'provider', amount: 2_000 },
          { account: 'organization', amount: -2_000 },
        ],
      },
    ],
  };
}
