import {
  checkinAdmissions,
  eventsEvents,
  paymentsPayments,
  pricingPrices,
  ticketsKeys,
  ticketsOrders,
  ticketsTickets,
} from '#contracts';
import { type FactLine, publishedEvent, publishedTicketType } from '#testing';
import { AT, lines, price, ticket, total } from './contents.ts';
import { BUYER, EVENT, ORDER, PAYMENT, REFUSED_SCAN, SCAN, TICKETS, TYPE } from './ids.ts';

const event = publishedEvent({
  eventId: EVENT,
  organizationId: 'organization',
  maxPerAccount: 4,
  ticketTypes: [publishedTicketType({ ticketTypeId: TYPE, basePrice: price })],
});

const scan = {
  eventId: EVENT,
  organizationId: 'organization',
  deviceId: 'device',
  lane: 'A',
  direction: 'ENTRY',
  scannedAt: AT,
  decidedAt: AT,
} as const;

type Publish = (...fact: Parameters<FactLine['publish']>) => Promise<void>;

/** What the services tell of the purchase. */
export async function publishPurchase(publish: Publish): Promise<void> {
  await publish(eventsEvents, 'EventPublished', { id: EVENT, version: 1 }, event);
  await publishOrder(publish);
  await publishTickets(publish);
  await publishPayment(publish);
  await publish(
    pricingPrices,
    'PriceChanged',
    { id: TYPE, version: 3 },
    {
      ticketTypeId: TYPE,
      eventId: EVENT,
      price,
      previous: price,
      reason: 'DEMAND',
      recommended: price,
      unitsSold: 2,
      changedAt: AT,
    },
  );
  await publishScans(publish);
}

async function publishOrder(publish: Publish): Promise<void> {
  const order = {
    orderId: ORDER,
    eventId: EVENT,
    organizationId: 'organization',
    buyerId: BUYER,
    lines,
    total,
  };
  const times = { payBy: AT, placedAt: AT };
  await publish(
    ticketsOrders,
    'OrderPlaced',
    { id: ORDER, version: 1 },
    { ...order, ...times, state: 'AWAITING_PAYMENT' },
  );
  await publish(
    ticketsOrders,
    'OrderCompleted',
    { id: ORDER, version: 5 },
    { ...order, ...times, state: 'COMPLETED' },
  );
}

async function publishTickets(publish: Publish): Promise<void> {
  await publish(
    ticketsKeys,
    'SigningKeyCreated',
    { id: '1', version: 1 },
    { keyId: 1, organizationId: 'organization', publicKey: 'key', createdAt: AT },
  );
  for (const [i, id] of TICKETS.entries())
    await publish(ticketsTickets, 'TicketIssued', { id, version: 1 }, ticket(id, i));
}

async function publishPayment(publish: Publish): Promise<void> {
  const payment = {
    orderId: ORDER,
    paymentId: PAYMENT,
    buyerId: BUYER,
    amount: total,
    provider: 'test',
    updatedAt: AT,
  };
  await publish(
    paymentsPayments,
    'PaymentAuthorized',
    { id: ORDER, version: 1 },
    { ...payment, state: 'AUTHORIZED' },
  );
  await publish(
    paymentsPayments,
    'PaymentCaptured',
    { id: ORDER, version: 2 },
    { ...payment, state: 'CAPTURED' },
  );
}

async function publishScans(publish: Publish): Promise<void> {
  const admitted = { ...scan, scanId: SCAN, ticketId: TICKETS[0], decision: 'ADMITTED', reason: 'OK' };
  await publish(checkinAdmissions, 'ScanDecided', { id: TICKETS[0], version: 1 }, admitted);
  const refused = { ...scan, scanId: REFUSED_SCAN, decision: 'REFUSED', reason: 'ALREADY_USED' };
  await publish(checkinAdmissions, 'ScanDecided', { id: REFUSED_SCAN, version: 1 }, refused);
}
