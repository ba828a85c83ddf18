/* oxlint-disable typescript/no-explicit-any -- a test reads answers of any shape and asserts what is in them */
import { Redis } from 'ioredis';
import { type PublishedEvent, ticketsTickets } from '#contracts';
import { randomIds } from '#kernel';
import { eventually, type GraphClient } from '#testing';
import { BoxOffice, HOLD, REFUND, RELEASE } from '../../test/box-office.ts';
import { planOf, publishPlan, row, seatedEvent, seatedTypes } from '../../test/seated-house.ts';
import type { Seat } from './domain/seat.ts';
import { SeatClaimsRepository } from './infrastructure/seat-claims.repository.ts';

/** Real: the engines and the service. The other services are played over Kafka. */
let office: BoxOffice;
let connection: Redis;

beforeAll(async () => {
  office = await BoxOffice.open(60, 60);
  connection = new Redis(office.settings.REDIS_URL, { keyPrefix: office.settings.REDIS_KEY_PREFIX });
});

afterAll(async () => {
  connection?.disconnect();
  await office?.close();
});

const redis = (): Redis => connection;
const keyOf = ({ eventId }: PublishedEvent, part: string): string => `{event:${eventId}}:${part}`;

async function forgetStock(event: PublishedEvent): Promise<void> {
  const parts = ['sale', 'holds', 'deadlines', 'accounts', 'seats'];
  await connection.del(...parts.map((part) => keyOf(event, part)));
}

/** In `SMALL`: the circle's 3 seats come first, for sections stand by their ids. */
const placeOf = (seatId: string): number => 3 + Number(seatId.at(-1)) - 1;

interface Line {
  readonly quantity?: number;
  readonly seatIds?: string[];
  readonly sectionId?: string;
  readonly accessible?: boolean;
}

function seats(event: PublishedEvent, ...lines: Line[]): { input: object } {
  return {
    input: {
      eventId: event.eventId,
      lines: lines.map((line, i) => ({ ticketTypeId: event.ticketTypes[i]?.ticketTypeId, ...line })),
    },
  };
}

const idsOf = (hold: { lines: { seats: { seatId: string }[] }[] }): string[][] =>
  hold.lines.map((line) => line.seats.map(({ seatId }) => seatId));

const SMALL = { stalls: [row('A', 4, 5), row('B', 5, 6, { blocked: [5] })], circle: [row('A', 3, 12)] };

/** The plan of an event may come after the event. */
async function holds(client: GraphClient, variables: object): Promise<any> {
  return eventually(() => client.expect('Hold', HOLD, variables as Record<string, unknown>));
}

describe('seats', () => {
  it('are held by name, once, and told with the hold', async () => {
    const event = await seatedEvent(office, SMALL);
    const [ada, bob] = [await office.buyer(), await office.buyer()];
    const hold = await holds(ada, seats(event, { seatIds: ['stalls-A-2', 'stalls-A-3'] }, { quantity: 1 }));
    expect(hold.total.amount).toBe(6_000);
    expect(hold.lines[0].seats).toEqual([
      { seatId: 'stalls-A-2', section: 'STALLS', row: 'A', number: 2 },
      { seatId: 'stalls-A-3', section: 'STALLS', row: 'A', number: 3 },
    ]);
    expect(idsOf(hold)[1]).toEqual(['circle-A-1']);
    expect(
      await bob.expect('SeatTaken', HOLD, seats(event, { seatIds: ['stalls-A-1', 'stalls-A-2'] })),
    ).toMatchObject({ seatIds: ['stalls-A-2'], code: 'SEAT_TAKEN' });
    await ada.expect('Hold', RELEASE, { id: hold.id });
    await holds(bob, seats(event, { seatIds: ['stalls-A-1', 'stalls-A-2'] }));
  });

  it('are given as the best that are free when none are named, and stay out of what others hold', async () => {
    const event = await seatedEvent(office, SMALL);
    const client = await office.buyer();
    const first = await holds(client, seats(event, { quantity: 2 }));
    expect(idsOf(first)).toEqual([['stalls-A-1', 'stalls-A-2']]);
    const second = await holds(client, seats(event, { quantity: 3 }));
    expect(idsOf(second)).toEqual([['stalls-B-2', 'stalls-B-3', 'stalls-B-4']]);
    const rest = await holds(await office.buyer(), seats(event, { quantity: 3 }));
    expect(idsOf(rest)).toEqual([['stalls-A-3', 'stalls-A-4', 'stalls-B-1']]);
    expect(await (await office.buyer()).expect('SoldOut', HOLD, seats(event, { quantity: 1 }))).toMatchObject(
      {
        available: 0,
      },
    );
    await client.expect('Hold', RELEASE, { id: first.id });
    const freed = await holds(await office.buyer(), seats(event, { quantity: 2, sectionId: 'stalls' }));
    expect(idsOf(freed)).toEqual(idsOf(first));
  });

  it('for wheelchairs are given last, and first when they are asked for', async () => {
    const event = await seatedEvent(office, {
      hall: [row('A', 4, 5, { accessible: [2, 3] }), row('B', 2, 6)],
    });
    const client = await office.buyer();
    expect(idsOf(await holds(client, seats(event, { quantity: 2 })))).toEqual([['hall-B-1', 'hall-B-2']]);
    expect(idsOf(await holds(client, seats(event, { quantity: 2, accessible: true })))).toEqual([
      ['hall-A-2', 'hall-A-3'],
    ]);
    expect(
      await client.expect('SoldOut', HOLD, seats(event, { quantity: 1, accessible: true })),
    ).toMatchObject({ available: 0, message: expect.stringContaining('No such seats are left') });
  });

  it('that cannot be had are refused with their field and reason, and nothing is held', async () => {
    const event = await seatedEvent(office, SMALL);
    const client = await office.buyer();
    const free = await holds(client, seats(event, { quantity: 1 }));
    await client.expect('Hold', RELEASE, { id: free.id });
    const refused = (line: Line) => client.expect('InvalidInput', HOLD, seats(event, line));
    expect(await refused({ seatIds: ['stalls-A-1', 'stalls-A-1'] })).toMatchObject({
      field: 'lines.0.seatIds',
    });
    expect(await refused({ seatIds: ['stalls-A-1', 'circle-A-1'] })).toMatchObject({
      field: 'lines.0.seatIds.1',
    });
    expect(await refused({ seatIds: ['stalls-B-5'] })).toMatchObject({
      field: 'lines.0.seatIds.0',
      message: 'lines.0.seatIds.0: seat stalls-B-5 is not for sale',
    });
    expect(await refused({ seatIds: ['stalls-A-1'], quantity: 2 })).toMatchObject({
      field: 'lines.0.quantity',
    });
    expect(await refused({})).toMatchObject({ field: 'lines.0.quantity' });
    expect(await refused({ seatIds: [] })).toMatchObject({ field: 'lines.0.seatIds' });
    expect(await refused({ quantity: 1, sectionId: 'circle' })).toMatchObject({ field: 'lines.0.sectionId' });
    expect(await refused({ seatIds: ['stalls-A-1'], accessible: true })).toMatchObject({
      field: 'lines.0.accessible',
    });
    for (const seatId of ['stalls-C-1', 'stalls-A-9', 'stalls-A-01', 'stalls-A', 'x', 'stalls-A-1-1'])
      await client.expect('NotFound', HOLD, seats(event, { seatIds: [seatId] }));
    await client.expect('LimitExceeded', HOLD, seats(event, { quantity: 5 }));
    const standing = await office.publish();
    expect(
      await client.expect('InvalidInput', HOLD, seats(standing, { seatIds: ['stalls-A-1'] })),
    ).toMatchObject({ field: 'lines.0.seatIds' });
    expect(await office.available(event)).toBe(11);
  });

  it('are for sale as soon as the plan is known, also when the event is heard of first', async () => {
    const sections = planOf(randomIds.uuid(), SMALL);
    const event = await office.publish(
      { planId: sections[0]?.planId, ticketTypes: seatedTypes(sections) },
      11,
    );
    const client = await office.buyer();
    expect(await client.expect('RetryLater', HOLD, seats(event, { quantity: 1 }))).toBeDefined();
    await publishPlan(office, sections);
    await publishPlan(office, sections.toReversed());
    expect(idsOf(await holds(client, seats(event, { quantity: 2 })))).toEqual([['stalls-A-1', 'stalls-A-2']]);
  });
});

const claimsOn = async ({ eventId }: PublishedEvent): Promise<{ seatId: string; orderId: string }[]> => {
  const found = await office.service.db.collection('seat_claims').find({}).toArray();
  return found
    .map(({ _id, orderId }) => ({ id: String(_id), orderId: String(orderId) }))
    .filter(({ id }) => id.startsWith(`${eventId}:`))
    .map(({ id, orderId }) => ({ seatId: id.slice(eventId.length + 1), orderId }));
};

async function buySeats(event: PublishedEvent, ...seatIds: string[]) {
  const client = await office.buyer();
  const hold = await holds(client, seats(event, { seatIds }));
  const { order } = await office.place(client, hold.id);
  await office.payment(order, 'PaymentAuthorized');
  await office.inState(client, order.id, 'CONFIRMED');
  await office.payment(order, 'PaymentCaptured');
  await office.inState(client, order.id, 'COMPLETED');
  return { client, order, hold };
}

const TICKETS = `query ($id: ID!) { order(id: $id) { lines { seats { seatId } } tickets { id status seat { seatId section row number } } } }`;

describe('sections that move to another ticket type', () => {
  it('are sold as that one at once, and not as the other any more', async () => {
    const event = await seatedEvent(office, { left: [row('A', 4, 5)], right: [row('A', 4, 5)] });
    const client = await office.buyer();
    await holds(client, seats(event, { quantity: 1 }));
    const [first, second] = event.ticketTypes;
    const ticketTypes = [
      { ...first!, sectionIds: second?.sectionIds },
      { ...second!, sectionIds: first?.sectionIds },
    ];
    const { event: changed } = await office.change(event, { ticketTypes });
    await eventually(() => client.expect('Hold', HOLD, seats(changed, { seatIds: ['right-A-1'] })));
    expect(
      await client.expect('InvalidInput', HOLD, seats(changed, { seatIds: ['left-A-1'] })),
    ).toMatchObject({
      field: 'lines.0.seatIds.0',
    });
    const best = await client.expect('Hold', HOLD, seats(changed, { quantity: 1 }));
    expect(idsOf(best)[0]?.[0]).toMatch(/^right-/);
  });
});

describe('seats that are bought', () => {
  it('are claimed for good, stand on the tickets, and are nobody else’s', async () => {
    const facts = await office.line.collect(ticketsTickets);
    const event = await seatedEvent(office, SMALL);
    const { client, order } = await buySeats(event, 'stalls-B-2', 'stalls-B-1');
    expect(await claimsOn(event)).toEqual([
      { seatId: 'stalls-B-1', orderId: order.id },
      { seatId: 'stalls-B-2', orderId: order.id },
    ]);
    const { order: bought } = await client.data(TICKETS, { id: order.id });
    expect(bought.lines[0].seats).toEqual([{ seatId: 'stalls-B-2' }, { seatId: 'stalls-B-1' }]);
    const label = (number: number) => ({ seatId: `stalls-B-${number}`, section: 'STALLS', row: 'B', number });
    expect(
      bought.tickets.map(({ seat }: any) => seat).toSorted((a: any, b: any) => a.number - b.number),
    ).toEqual([label(1), label(2)]);
    await eventually(() => {
      const issued = facts.filter(({ payload }) => payload.orderId === order.id);
      expect(new Set(issued.map(({ payload }) => payload.seat?.seatId))).toEqual(
        new Set(['stalls-B-1', 'stalls-B-2']),
      );
    });
    const other = await office.buyer();
    expect(await other.expect('SeatTaken', HOLD, seats(event, { seatIds: ['stalls-B-1'] }))).toMatchObject({
      seatIds: ['stalls-B-1'],
    });
  });

  it('are free again once the order is refunded', async () => {
    const event = await seatedEvent(office, SMALL);
    const { client, order } = await buySeats(event, 'stalls-A-1', 'stalls-A-2');
    const owner = await office.owner(event);
    await owner.expect('Order', REFUND, { orderId: order.id, reason: 'ill' });
    await office.payment(order, 'PaymentRefunded', await office.requestedRefund(client, order.id));
    await office.inState(client, order.id, 'REFUNDED');
    expect(await claimsOn(event)).toEqual([]);
    await holds(await office.buyer(), seats(event, { seatIds: ['stalls-A-1', 'stalls-A-2'] }));
  });

  it('stay taken, and held seats held, when Redis has lost everything it knew of the event', async () => {
    const event = await seatedEvent(office, SMALL);
    const { order } = await buySeats(event, 'stalls-A-1');
    const waiting = await office.buyer();
    const hold = await holds(waiting, seats(event, { seatIds: ['stalls-A-2'] }));
    const { order: unpaid } = await office.place(waiting, hold.id);
    await forgetStock(event);
    const client = await office.buyer();
    const wanted = ['stalls-A-1', 'stalls-A-2', 'stalls-A-3'];
    expect(await client.expect('SeatTaken', HOLD, seats(event, { seatIds: wanted }))).toMatchObject({
      seatIds: ['stalls-A-1', 'stalls-A-2'],
    });
    await office.payment(unpaid, 'PaymentAuthorized');
    await office.inState(waiting, unpaid.id, 'CONFIRMED');
    expect(new Set((await claimsOn(event)).map(({ orderId }) => orderId))).toEqual(
      new Set([order.id, unpaid.id]),
    );
  });

  it('go to one of two orders when Redis forgot the first, and the other is cancelled without tickets', async () => {
    const event = await seatedEvent(office, SMALL);
    const [ada, bob] = [await office.buyer(), await office.buyer()];
    const first = await holds(ada, seats(event, { seatIds: ['stalls-A-3', 'stalls-A-2'] }));
    // An old append-only file was put back: the hold is still there for its owner, its seats are not taken.
    const { order } = await office.place(ada, first.id);
    await redis().setrange(keyOf(event, 'seats'), placeOf('stalls-A-2'), 'FF');
    const second = await holds(bob, seats(event, { seatIds: ['stalls-A-2', 'stalls-A-3', 'stalls-A-4'] }));
    const { order: late } = await office.place(bob, second.id);
    await office.payment(late, 'PaymentAuthorized');
    await office.inState(bob, late.id, 'CONFIRMED');
    await office.payment(order, 'PaymentAuthorized');
    expect(await office.inState(ada, order.id, 'CANCELLED')).toMatchObject({
      reason: 'UNITS_GONE',
      tickets: [],
    });
    expect(new Set((await claimsOn(event)).map(({ orderId }) => orderId))).toEqual(new Set([late.id]));
    expect((await claimsOn(event)).length).toBe(3);
  });

  it('never have two tickets, however many want them at once', async () => {
    const event = await seatedEvent(office, { hall: [row('A', 10, 5), row('B', 10, 6)] });
    const buyers = await Promise.all(Array.from({ length: 50 }, () => office.buyer()));
    await eventually(() => buyers[0]!.expect('Hold', HOLD, seats(event, { quantity: 1 })));
    const owners = await Promise.all(
      buyers.map(async (client, i) => {
        const wanted = [`hall-A-${(i % 10) + 1}`, `hall-B-${((i * 3) % 10) + 1}`];
        const variables = seats(event, i % 2 === 0 ? { seatIds: wanted } : { quantity: 2 });
        const { holdTickets } = await client.data(HOLD, variables as Record<string, unknown>);
        if (holdTickets.__typename !== 'Hold') {
          expect(['SeatTaken', 'SoldOut']).toContain(holdTickets.__typename);
          return undefined;
        }
        const { order } = await office.place(client, holdTickets.id);
        await office.payment(order, 'PaymentAuthorized');
        await office.payment(order, 'PaymentCaptured');
        return { client, order };
      }),
    );
    const bought = owners.filter((owner) => owner !== undefined);
    const sold = await Promise.all(
      bought.map(async ({ client, order }) => {
        await office.inState(client, order.id, 'COMPLETED');
        return (await client.data(TICKETS, { id: order.id })).order.tickets.map(
          ({ seat }: any) => seat.seatId,
        );
      }),
    );
    const ids = sold.flat();
    expect(new Set(ids).size).toBe(ids.length);
    expect(new Set((await claimsOn(event)).map(({ seatId }) => seatId))).toEqual(new Set(ids));
    expect(ids.length).toBeGreaterThanOrEqual(18);
    expect(await office.available(event)).toBe(19 - ids.length);
  });
});

describe('claims that a process left behind', () => {
  it('are deleted when their order has ended without them, and stay when it has not', async () => {
    const event = await seatedEvent(office, SMALL);
    const { order } = await buySeats(event, 'stalls-A-1');
    const claims = office.service.db.collection<{ _id: string }>('seat_claims');
    const checkAt = new Date(Date.now() - 1);
    await claims.insertOne({ _id: `${event.eventId}:stalls-A-2`, orderId: 'never placed', checkAt } as never);
    await claims.updateOne({ _id: `${event.eventId}:stalls-A-1` }, { $set: { checkAt } });
    await eventually(async () => {
      expect(await claims.countDocuments({ checkAt, _id: { $regex: `^${event.eventId}` } })).toBe(0);
    }, 15_000);
    expect(await claimsOn(event)).toEqual([{ seatId: 'stalls-A-1', orderId: order.id }]);
  });

  it('are deleted when their tickets were refunded meanwhile, though the order keeps others', async () => {
    const event = await seatedEvent(office, SMALL);
    const { client, order } = await buySeats(event, 'stalls-A-1', 'stalls-A-2');
    const { tickets } = (await client.data(TICKETS, { id: order.id })).order;
    const { id } = tickets.find(({ seat }: any) => seat.seatId === 'stalls-A-1');
    const owner = await office.owner(event);
    await owner.expect('Order', REFUND, { orderId: order.id, ticketIds: [id], reason: 'ill' });
    await office.payment(order, 'PaymentRefunded', await office.requestedRefund(client, order.id));
    await office.inState(client, order.id, 'PARTIALLY_REFUNDED');
    const kept = { seatId: 'stalls-A-2', orderId: order.id };
    expect(await claimsOn(event)).toEqual([kept]);
    // A process that was stopped while it claimed for the order, a while ago, goes on.
    const lines = [{ seats: [{ seatId: 'stalls-A-1' }, { seatId: 'stalls-A-2' }] as Seat[] }];
    const claims = office.service.app.get(SeatClaimsRepository);
    await claims.take({ id: order.id, eventId: event.eventId, lines }, new Date(Date.now() - 120_000));
    await eventually(async () => expect(await claimsOn(event)).toEqual([kept]), 15_000);
    const next = await buySeats(event, 'stalls-A-1');
    expect(await claimsOn(event)).toContainEqual({ seatId: 'stalls-A-1', orderId: next.order.id });
  });
});
