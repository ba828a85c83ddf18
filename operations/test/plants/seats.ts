import { EVENT, ORDER, SEATS } from '../purchase/ids.ts';
import { set, type Ground, type Plant } from './ground.ts';

/** What can be wrong with seats. */
export const seatsPlants = ({ orders, claims, tickets, redis, key }: Ground): Plant[] => [
  [
    'a seat sold twice',
    'seats',
    () => tickets().updateMany({}, set({ seat: { seatId: SEATS[0] } })),
    /seat hall-A-1 of event EVENT00001 has 2 valid tickets/,
  ],
  [
    'a seated ticket without its claim',
    'seats',
    () => claims().deleteOne({ _id: `${EVENT}:${SEATS[1]}` }),
    /TICKET2 is valid for seat hall-A-2.*order order-1 has not claimed/,
  ],
  [
    'a seat that is claimed by an order that ended',
    'seats',
    () => orders().updateOne({ _id: ORDER }, set({ state: 'REFUNDED' })),
    /seat EVENT00001:hall-A-1 is claimed by order order-1, which is REFUNDED/,
  ],
  [
    'a seat that is claimed by nobody',
    'seats',
    () => claims().insertOne({ _id: `${EVENT}:hall-A-4`, orderId: 'order-9' }),
    /hall-A-4 is claimed by order order-9, which is not there/,
  ],
  [
    'a seat that its order did not ask for',
    'seats',
    () => claims().insertOne({ _id: `${EVENT}:hall-A-4`, orderId: ORDER }),
    /hall-A-4 is claimed by order order-1, which did not ask for it/,
  ],
  [
    'a held seat that is free in Redis',
    'seats',
    () => redis().setrange(key('seats'), 2, 'F'),
    /place 2 of event EVENT00001 is held by EVENT00001.held, and is F/,
  ],
  [
    'a seat that nobody holds',
    'seats',
    () => redis().setrange(key('seats'), 3, 'H'),
    /place 3 of event EVENT00001 is held by nobody/,
  ],
  [
    'a taken seat that is free in Redis',
    'seats',
    () => redis().setrange(key('seats'), 0, 'F'),
    /Redis has 1 seats taken, and 2 are claimed/,
  ],
];
