import { ORDER, REFUSED_SCAN, SCAN, TICKETS } from '../purchase/ids.ts';
import { set, type Ground, type Plant } from './ground.ts';

/** What can be wrong with facts, copies and attendance. */
export const factsPlants = ({
  orders,
  tickets,
  payments,
  admissions,
  scans,
  copiedTickets,
}: Ground): Plant[] => [
  [
    'an admission without its scan',
    'attendance',
    () => scans().deleteOne({ _id: SCAN }),
    /scan scan-1 moved ticket TICKET1, and is not there/,
  ],
  [
    'an admission of a refused scan',
    'attendance',
    () => scans().updateOne({ _id: SCAN }, set({ decision: 'REFUSED' })),
    /is REFUSED for ticket TICKET1/,
  ],
  [
    'an admitted scan that moved nobody',
    'attendance',
    () => scans().updateOne({ _id: REFUSED_SCAN }, set({ decision: 'ADMITTED' })),
    /scan-2 let ticket TICKET1 pass/,
  ],
  [
    'a wrong count of movements',
    'attendance',
    () => admissions().updateOne({}, set({ version: 2 })),
    /version 2 and 1 movements/,
  ],
  [
    'somebody inside who has left',
    'attendance',
    () => admissions().updateOne({}, set({ inside: false })),
    /says outside/,
  ],
  [
    'an admission of a ticket never issued',
    'attendance',
    () => tickets().deleteOne({ _id: TICKETS[0] }),
    /TICKET1 was let in and was never issued/,
  ],
  [
    'a document newer than its fact',
    'facts',
    () => tickets().updateOne({ _id: TICKETS[0] }, set({ version: 2 })),
    /tickets.tickets TICKET1 has version 2, and the newest fact has 1/,
  ],
  [
    'a document older than its fact',
    'facts',
    () => orders().updateOne({ _id: ORDER }, set({ version: 4 })),
    /tickets.orders order-1 has version 4, and the newest fact has 5/,
  ],
  [
    'a document between two steps that is older than its fact',
    'facts',
    () => orders().updateOne({ _id: ORDER }, set({ state: 'CLAIMING', version: 4 })),
    /tickets.orders order-1 has version 4, and the newest fact has 5/,
  ],
  [
    'a document that told nobody',
    'facts',
    () => payments().insertOne({ _id: 'order-9', version: 1, state: 'FAILED' }),
    /payments.payments order-9 has version 1, and no fact/,
  ],
  [
    'a fact without its document',
    'facts',
    () => scans().deleteOne({ _id: REFUSED_SCAN }),
    /version 1 of scan-2, and there is no such document/,
  ],
  [
    'a damaged copy',
    'copies',
    () => copiedTickets().updateOne({ _id: TICKETS[0] }, set({ holderId: 'a thief' })),
    /checkin.tickets: TICKET1 differs from its fact/,
  ],
];
