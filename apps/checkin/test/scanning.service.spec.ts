/* oxlint-disable typescript/no-explicit-any -- a test reads answers of any shape and asserts what is in them */
import { fromBase45, toBase45 } from '#credential';
import { randomIds } from '#kernel';
import { eventually, FixedClock } from '#testing';
import { AdmissionsRepository } from '../src/admissions/infrastructure/admissions.repository.ts';
import { SettleAbandonedScans } from '../src/scans/application/settle-abandoned-scans.ts';
import { scanOf } from '../src/scans/domain/scan.ts';
import { ScansRepository } from '../src/scans/infrastructure/scans.repository.ts';
import {
  Door,
  HOUR_MS,
  HOUSE,
  newTicketId,
  OTHER_HOUSE,
  OTHER_KEY_ID,
  SCAN,
  SCANS,
  secondsFromNow,
} from './door.ts';

let door: Door;

beforeAll(async () => {
  door = await Door.open();
});

afterAll(() => door.close());

describe('scanning', () => {
  it('is for signed-in members who may scan, at events that are known', async () => {
    const eventId = await door.publishEvent();
    const input = door.input(eventId, 'x');
    const outsider = await door.as({ userId: 'eve', memberships: { [OTHER_HOUSE]: 'OWNER' } });
    await door.service.graph.expect('NotSignedIn', SCAN, { input });
    await outsider.expect('NotPermitted', SCAN, { input });
    await door.staff.expect('NotFound', SCAN, { input: { ...input, eventId: randomIds.eventId() } });
    expect(await door.service.db.collection('scans').countDocuments({ eventId })).toBe(0);
  });

  it.each([
    ['payload', 'x'.repeat(401)],
    ['lane', ''],
    ['deviceId', 'x'.repeat(101)],
    ['nonce', 'short'],
    ['scannedAt', '2020-01-01T00:00:00Z'],
    ['scannedAt', '2099-01-01T00:00:00Z'],
  ])('names the field %s when it is outside its limits', async (field, value) => {
    const eventId = await door.publishEvent();
    const failure = await door.staff.expect('InvalidInput', SCAN, {
      input: door.input(eventId, 'x', { [field]: value }),
    });
    expect(failure.field).toBe(field);
  });
});

describe('a ticket at the door', () => {
  it('is let in once, with what staff should see, and a fact for everyone', async () => {
    const eventId = await door.publishEvent();
    const ticketId = await door.publishTicket(eventId);
    const code = await door.credential(eventId, ticketId);
    const first = await door.scan(eventId, code);
    expect(first).toMatchObject({
      decision: 'ADMITTED',
      reason: 'OK',
      holderName: 'Ada Lovelace',
      ticketTypeName: 'Stalls',
      ticket: { id: ticketId },
      lane: 'North 1',
      direction: 'ENTRY',
      usedBefore: null,
    });
    const second = await door.scan(eventId, code, { lane: 'South 2' });
    expect(second).toMatchObject({
      decision: 'REFUSED',
      reason: 'ALREADY_USED',
      usedBefore: { admittedAt: first.scannedAt, lane: 'North 1', inside: true },
    });
    await eventually(() => {
      const mine = door.decided.filter(({ payload }) => payload.eventId === eventId);
      expect(mine).toHaveLength(2);
      const admitted = mine.find(({ payload }) => payload.decision === 'ADMITTED');
      expect(admitted).toMatchObject({
        aggregateId: ticketId,
        aggregateVersion: 1,
        payload: {
          scanId: first.id,
          ticketId,
          organizationId: HOUSE,
          lane: 'North 1',
          decidedAt: first.decidedAt,
        },
      });
      const refused = mine.find(({ payload }) => payload.decision === 'REFUSED');
      expect(refused).toMatchObject({
        aggregateId: second.id,
        payload: { scanId: second.id, reason: 'ALREADY_USED' },
      });
    });
  });

  it('goes out and in again, but out only from inside', async () => {
    const eventId = await door.publishEvent();
    const code = await door.credential(eventId, await door.publishTicket(eventId));
    const verdicts: string[] = [];
    for (const direction of ['EXIT', 'ENTRY', 'ENTRY', 'EXIT', 'EXIT', 'ENTRY']) {
      verdicts.push((await door.scan(eventId, code, { direction })).reason);
    }
    expect(verdicts).toEqual(['NOT_YET', 'OK', 'ALREADY_USED', 'OK', 'ALREADY_USED', 'OK']);
    expect(await door.attendanceOf(door.staff, eventId)).toEqual([
      { admitted: 1, inside: 1, refused: 3, expected: 1 },
    ]);
  });

  it('is let in exactly once by 64 lanes at the same moment', async () => {
    const eventId = await door.publishEvent();
    const ticketId = await door.publishTicket(eventId);
    const code = await door.credential(eventId, ticketId);
    const answers = await Promise.all(
      Array.from({ length: 64 }, (_, i) => door.scan(eventId, code, { deviceId: `d${i}`, lane: `${i}` })),
    );
    const admitted = answers.filter(({ decision }) => decision === 'ADMITTED');
    const refused = answers.filter(({ reason }) => reason === 'ALREADY_USED');
    expect([admitted.length, refused.length]).toEqual([1, 63]);
    for (const { usedBefore } of refused) expect(usedBefore.lane).toBe(admitted[0].lane);
    expect(await door.attendanceOf(door.staff, eventId)).toEqual([
      { admitted: 1, inside: 1, refused: 63, expected: 1 },
    ]);
    expect((await door.service.app.get(AdmissionsRepository).find(ticketId))?.movements).toHaveLength(1);
  });

  it('is accepted and recorded when its fact has not come yet', async () => {
    const eventId = await door.publishEvent();
    const ticketId = newTicketId();
    const answer = await door.scan(eventId, await door.credential(eventId, ticketId));
    expect(answer).toMatchObject({ decision: 'ADMITTED', holderName: null, ticket: { id: ticketId } });
    expect(await door.admissionOf(door.staff, ticketId)).toMatchObject({ lane: 'North 1', inside: true });
  });

  it('is refused with an older credential version, accepted with a newer one', async () => {
    const eventId = await door.publishEvent();
    const ticketId = await door.publishTicket(eventId, { credentialVersion: 2 });
    const answer = async (credentialVersion: number): Promise<string> =>
      (await door.scan(eventId, await door.credential(eventId, ticketId, { credentialVersion }))).reason;
    expect(await answer(1)).toBe('REVOKED');
    expect(await answer(3)).toBe('OK');
    // The admission is the ticket's, whichever version it came with.
    expect(await answer(2)).toBe('ALREADY_USED');
  });
});

describe('a code that gives no right to enter', () => {
  it('is refused with its reason, and kept', async () => {
    const eventId = await door.publishEvent();
    const other = await door.publishEvent();
    const cancelled = await door.publishEvent({ status: 'CANCELLED' });
    const over = await door.publishEvent({ endsAt: new Date(Date.now() - 7 * HOUR_MS).toISOString() });
    const ticketId = await door.publishTicket(eventId);
    const voided = await door.publishTicket(eventId, { status: 'VOID' });
    const good = await door.credential(eventId, ticketId);
    const turned = fromBase45(good)!;
    turned[60]! ^= 1;
    const table: [string, string, string][] = [
      ['INVALID', eventId, 'https://example.org/my-ticket'],
      ['INVALID', eventId, good.slice(1)],
      ['FORGED', eventId, toBase45(turned)],
      ['FORGED', eventId, await door.credential(eventId, ticketId, { by: door.foreignSign })],
      [
        'FORGED',
        eventId,
        await door.credential(eventId, ticketId, { by: door.foreignSign, keyId: OTHER_KEY_ID }),
      ],
      ['FORGED', eventId, await door.credential(eventId, ticketId, { keyId: 999 })],
      ['WRONG_EVENT', eventId, await door.credential(other, ticketId)],
      [
        'WRONG_EVENT',
        eventId,
        await door.credential(other, ticketId, { by: door.foreignSign, keyId: OTHER_KEY_ID }),
      ],
      ['CANCELLED', cancelled, await door.credential(cancelled, newTicketId())],
      ['TOO_LATE', over, await door.credential(over, newTicketId())],
      ['REVOKED', eventId, await door.credential(eventId, voided)],
      ['EXPIRED_CODE', eventId, await door.credential(eventId, ticketId, { expiresAtS: secondsFromNow(-1) })],
    ];
    for (const [reason, at, payload] of table) {
      expect(await door.scan(at, payload)).toMatchObject({ decision: 'REFUSED', reason });
    }
    // None of these has used the ticket. Of the 12, two were at the doors of other events.
    expect(await door.scan(eventId, good)).toMatchObject({ decision: 'ADMITTED' });
    const [attendance] = await door.attendanceOf(door.staff, eventId);
    expect(attendance).toEqual({ admitted: 1, inside: 1, refused: 10, expected: 1 });
  });

  it("shows staff nothing of another organization's ticket", async () => {
    const eventId = await door.publishEvent();
    const foreign = await door.publishEvent({ organizationId: OTHER_HOUSE });
    const ticketId = await door.publishTicket(foreign, { organizationId: OTHER_HOUSE, holderName: 'Secret' });
    const answer = await door.scan(
      eventId,
      await door.credential(foreign, ticketId, { by: door.foreignSign, keyId: OTHER_KEY_ID }),
    );
    expect(answer).toMatchObject({
      reason: 'WRONG_EVENT',
      holderName: null,
      ticketTypeName: null,
      ticket: null,
    });
  });
});

describe('one reading sent again', () => {
  it('is decided once, and answered alike each time', async () => {
    const eventId = await door.publishEvent();
    const input = door.input(eventId, await door.credential(eventId, await door.publishTicket(eventId)));
    const refusedInput = door.input(eventId, 'nonsense');
    for (const one of [input, refusedInput]) {
      const answers = await Promise.all(
        Array.from({ length: 8 }, () => door.staff.expect('Scan', SCAN, { input: one })),
      );
      answers.push(await door.staff.expect('Scan', SCAN, { input: one }));
      expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    }
    expect(await door.attendanceOf(door.staff, eventId)).toEqual([
      { admitted: 1, inside: 1, refused: 1, expected: 1 },
    ]);
  });

  it('may not become another reading', async () => {
    const eventId = await door.publishEvent();
    const input = door.input(eventId, await door.credential(eventId, await door.publishTicket(eventId)));
    await door.staff.expect('Scan', SCAN, { input });
    for (const change of [{ payload: 'another' }, { lane: 'South 2' }, { direction: 'EXIT' }]) {
      const failure = await door.staff.expect('InvalidInput', SCAN, { input: { ...input, ...change } });
      expect(failure.field).toBe('nonce');
    }
  });

  it('comes to the same end after a crash between the admission and the verdict', async () => {
    const eventId = await door.publishEvent();
    const ticketId = await door.publishTicket(eventId);
    const input = door.input(eventId, await door.credential(eventId, ticketId));
    await crashBeforeVerdict(() => door.staff.ask(SCAN, { input }));
    expect(await door.admissionOf(door.staff, ticketId)).toMatchObject({ inside: true });
    const again = await door.staff.expect('Scan', SCAN, { input });
    expect(again).toMatchObject({ decision: 'ADMITTED', reason: 'OK' });
    expect(await door.scan(eventId, input['payload'] as string)).toMatchObject({ reason: 'ALREADY_USED' });
    await eventually(() =>
      expect(door.decided.filter(({ payload }) => payload.scanId === again.id)).toHaveLength(1),
    );
  });

  it('is settled also when it is never sent again', async () => {
    const eventId = await door.publishEvent();
    const scans = door.service.app.get(ScansRepository);
    const admissions = door.service.app.get(AdmissionsRepository);
    const input = door.input(eventId, await door.credential(eventId, await door.publishTicket(eventId)));
    await crashBeforeVerdict(() => door.staff.ask(SCAN, { input }));
    const moveless = door.input(eventId, await door.credential(eventId, await door.publishTicket(eventId)));
    await crash(admissions, 'move', () => door.staff.ask(SCAN, { input: moveless }));
    await new SettleAbandonedScans(
      scans,
      admissions,
      new FixedClock(new Date(Date.now() + 60_000)),
    ).execute();
    const { scans: list } = await door.staff.data(SCANS, { eventId });
    expect(list.nodes).toMatchObject([{ decision: 'ADMITTED' }]);
    expect(await door.service.db.collection('scans').countDocuments({ eventId })).toBe(1);
    // What had not moved its ticket is forgotten, and may come again.
    expect(await door.staff.expect('Scan', SCAN, { input: moveless })).toMatchObject({
      decision: 'ADMITTED',
    });
  });

  it('is settled once, in the place of what it was decided on or of one that was forgotten', async () => {
    const scans = door.service.app.get(ScansRepository);
    const ticketId = newTicketId();
    const reading = {
      eventId: randomIds.eventId(),
      deviceId: 'd',
      nonce: randomIds.uuid(),
      lane: 'A',
      direction: 'ENTRY' as const,
      payload: 'x',
      scannedAt: new Date(),
      scannedBy: 's',
    };
    const scan = { ...scanOf(reading, HOUSE, ticketId), ticketId };
    const decided = (reason: 'BLOCKED' | 'ALREADY_USED') =>
      ({ ...scan, decision: 'REFUSED', reason, decidedAt: new Date() }) as const;
    expect(await scans.pend({ scan, basis: 3 }, undefined, new Date())).toBe(true);
    expect(await scans.settle(decided('BLOCKED'), undefined)).toBe(false);
    expect(await scans.settle(decided('BLOCKED'), 2)).toBe(false);
    expect(await scans.find(scan.id)).toEqual({ state: 'PENDING', pending: { scan, basis: 3 } });
    await scans.forget({ scan, basis: 3 });
    const verdicts = [decided('BLOCKED'), decided('ALREADY_USED')];
    const settled = await Promise.all(verdicts.map((verdict) => scans.settle(verdict, 3)));
    expect(settled.filter(Boolean)).toHaveLength(1);
    const kept = { state: 'DECIDED', scan: verdicts[settled.indexOf(true)] };
    expect(await scans.find(scan.id)).toEqual(kept);
    expect(await scans.settle(decided('BLOCKED'), 3)).toBe(false);
    expect(await scans.find(scan.id)).toEqual(kept);
  });

  const crashBeforeVerdict = (send: () => Promise<unknown>): Promise<void> =>
    crash(door.service.app.get(ScansRepository), 'settle', send);

  /** Sends while one method of a repository throws instead of writing, as if the process had died there. */
  async function crash<K extends string>(
    repository: Record<K, unknown>,
    method: K,
    send: () => Promise<any>,
  ): Promise<void> {
    Object.assign(repository, { [method]: () => Promise.reject(new Error('crash')) });
    try {
      const { errors } = await send();
      expect(errors?.[0]?.extensions).toEqual({ code: 'INTERNAL_SERVER_ERROR' });
    } finally {
      delete repository[method];
    }
  }
});
