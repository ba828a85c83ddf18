/* oxlint-disable typescript/no-explicit-any -- a test reads answers of any shape and asserts what is in them */
import { checkinScans, eventsEvents, type Fact, ticketsTickets } from '#contracts';
import { randomIds } from '#kernel';
import { badCursorsTaken, eventually, type GraphClient } from '#testing';
import { Door, eventOf, HOUSE, OTHER_HOUSE, SCAN, SCANS, ticketOf } from './door.ts';

let door: Door;

beforeAll(async () => {
  door = await Door.open();
});

afterAll(() => door.close());

describe('facts from elsewhere', () => {
  it('may come twice and out of order: the newest stands', async () => {
    const eventId = await door.publishEvent();
    const ticketId = await door.publishTicket(eventId);
    const handledBefore = await door.factsHandled();
    const publishTicket = (type: 'TicketIssued' | 'TicketVoided', version: number): Promise<Fact> => {
      const status = type === 'TicketVoided' ? 'VOID' : 'VALID';
      const ticket = ticketOf(eventId, ticketId, { status });
      return door.facts.publish(ticketsTickets, type, { id: ticketId, version }, ticket);
    };
    const publishEvent = (type: 'EventUpdated' | 'EventCancelled', version: number): Promise<Fact> => {
      const status = type === 'EventCancelled' ? 'CANCELLED' : 'PUBLISHED';
      return door.facts.publish(eventsEvents, type, { id: eventId, version }, eventOf(eventId, { status }));
    };
    const voided = await publishTicket('TicketVoided', 3);
    await publishTicket('TicketIssued', 2);
    await door.facts.repeat(ticketsTickets, voided);
    const cancelled = await publishEvent('EventCancelled', 5);
    await publishEvent('EventUpdated', 4);
    await door.facts.repeat(eventsEvents, cancelled);
    await eventually(async () => expect(await door.factsHandled()).toBe(handledBefore + 6));
    await door.known('tickets', ticketId, 3);
    await door.known('events', eventId, 5);
    const code = await door.credential(eventId, ticketId);
    expect(await door.scan(eventId, code)).toMatchObject({ reason: 'CANCELLED' });
    expect((await door.attendanceOf(door.staff, eventId))[0]).toMatchObject({ expected: 0 });
  });

  it('bring scans over Kafka to the same decision, however often they come', async () => {
    const eventId = await door.publishEvent();
    const code = await door.credential(eventId, await door.publishTicket(eventId));
    const entry = await door.submit(eventId, code, 'kafka-0001');
    await door.submit(eventId, code, 'kafka-0002');
    await door.submit(eventId, code, 'kafka-0003', 'EXIT');
    await door.facts.repeat(checkinScans, entry);
    await door.facts.repeat(checkinScans, entry);
    await eventually(() => {
      const mine = door.decided.filter(({ payload }) => payload.eventId === eventId);
      expect(mine.map(({ payload }) => payload.reason).sort()).toEqual(['ALREADY_USED', 'OK', 'OK']);
      expect(mine.filter(({ causationId }) => causationId === entry.id)).toHaveLength(1);
    });
    // The same reading by the other way in.
    const again = door.input(eventId, code, { deviceId: 'turnstile-1', nonce: 'kafka-0001', lane: 'T1' });
    expect(await door.staff.expect('Scan', SCAN, { input: again })).toMatchObject({ decision: 'ADMITTED' });
    expect(await door.attendanceOf(door.staff, eventId)).toEqual([
      { admitted: 1, inside: 0, refused: 1, expected: 1 },
    ]);
  });

  it('park a submitted scan that cannot be decided, and go on', async () => {
    const eventId = await door.publishEvent();
    const parked = await door.facts.collectDeadLetters(checkinScans);
    const code = await door.credential(eventId, await door.publishTicket(eventId));
    await door.submit(randomIds.eventId(), code, 'parked-0001');
    await door.submit(eventId, code, 'parked-0002');
    await eventually(() => {
      expect(parked.filter((value) => value.includes('parked-0001'))).toHaveLength(1);
      expect(door.decided.some(({ payload }) => payload.eventId === eventId)).toBe(true);
    }, 20_000);
  });
});

describe('attendance', () => {
  it('equals a recount of the documents, for many events in one question', async () => {
    const eventIds = [await door.publishEvent(), await door.publishEvent(), await door.publishEvent()];
    const directions = ['ENTRY', 'ENTRY', 'EXIT', 'ENTRY', 'EXIT'];
    for (const [i, eventId] of eventIds.entries()) {
      for (let t = 0; t <= i; t++) {
        const code = await door.credential(eventId, await door.publishTicket(eventId));
        for (const direction of directions.slice(0, 3 + t)) await door.scan(eventId, code, { direction });
      }
    }
    const recounted = await Promise.all(eventIds.map((eventId) => recount(eventId)));
    expect(recounted[2]).toEqual({ admitted: 3, inside: 1, refused: 3, expected: 3 });
    expect(await door.attendanceOf(door.staff, ...eventIds)).toEqual(recounted);
  });

  async function recount(eventId: string): Promise<object> {
    const admissions = await door.service.db.collection('admissions').find({ eventId }).toArray();
    const inside = admissions.filter(({ movements }) => movements.at(-1).direction === 'ENTRY');
    return {
      admitted: admissions.length,
      inside: inside.length,
      refused: (await door.service.db.collection('scans').find({ eventId }).toArray()).filter(
        (s) => s['decision'] === 'REFUSED',
      ).length,
      expected: (await door.service.db.collection('tickets').find({ eventId }).toArray()).length,
    };
  }

  it('is for members; null for others, and for an event that is not known', async () => {
    const eventId = await door.publishEvent();
    const outsider = await door.as({ userId: 'eve', memberships: { [OTHER_HOUSE]: 'OWNER' } });
    const boxOffice = await door.as({ userId: 'bo', memberships: { [HOUSE]: 'BOX_OFFICE' } });
    expect(await door.attendanceOf(door.service.graph, eventId)).toEqual([null]);
    expect(await door.attendanceOf(outsider, eventId)).toEqual([null]);
    expect(await door.attendanceOf(door.staff, randomIds.eventId())).toEqual([null]);
    expect(await door.attendanceOf(boxOffice, eventId)).toEqual([
      { admitted: 0, inside: 0, refused: 0, expected: 0 },
    ]);
  });
});

describe("a ticket's admission", () => {
  it('is for its holder and for members', async () => {
    const eventId = await door.publishEvent();
    const ticketId = await door.publishTicket(eventId);
    const holder = await door.as({ userId: 'ada' });
    const stranger = await door.as({ userId: 'eve' });
    expect(await door.admissionOf(holder, ticketId)).toBeNull();
    const { scannedAt } = await door.scan(eventId, await door.credential(eventId, ticketId));
    const expected = { admittedAt: scannedAt, lane: 'North 1', inside: true };
    expect(await door.admissionOf(holder, ticketId)).toEqual(expected);
    expect(await door.admissionOf(door.staff, ticketId)).toEqual(expected);
    expect(await door.admissionOf(stranger, ticketId)).toBeNull();
    expect(await door.admissionOf(door.service.graph, ticketId)).toBeNull();
  });
});

describe('the list of scans', () => {
  it('comes newest first, page by page, without gap or repeat', async () => {
    const eventId = await door.publishEvent();
    const code = await door.credential(eventId, await door.publishTicket(eventId));
    const ids: string[] = [];
    for (let i = 0; i < 7; i++) ids.unshift((await door.scan(eventId, code)).id);
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const { scans }: any = await door.staff.data(SCANS, { eventId, first: 3, after });
      seen.push(...scans.nodes.map(({ id }: { id: string }) => id));
      after = scans.pageInfo.hasNextPage ? scans.pageInfo.endCursor : null;
    } while (after);
    expect([...seen].sort()).toEqual([...ids].sort());
    expect(seen.at(-1)).toBe(ids.at(-1));
    expect(await badCursorsTaken(door.staff, SCANS, { eventId })).toEqual([]);
  });

  it('is for members, and says why not', async () => {
    const eventId = await door.publishEvent();
    const stranger = await door.as({ userId: 'eve' });
    const codeOf = async (graph: GraphClient, id: string): Promise<unknown> =>
      (await graph.ask(SCANS, { eventId: id })).errors?.[0]?.extensions?.['code'];
    expect(await codeOf(door.service.graph, eventId)).toBe('NOT_SIGNED_IN');
    expect(await codeOf(stranger, eventId)).toBe('NOT_PERMITTED');
    expect(await codeOf(door.staff, randomIds.eventId())).toBe('NOT_FOUND');
  });
});
