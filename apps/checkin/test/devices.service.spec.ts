import { authDevices } from '#contracts';
import { randomIds } from '#kernel';
import { eventually } from '#testing';
import { deviceOf, Door, OTHER_HOUSE, SCAN, SCANS } from './door.ts';

let door: Door;

beforeAll(async () => {
  door = await Door.open();
});

afterAll(() => door.close());

async function admissibleCode(eventId: string): Promise<string> {
  return door.credential(eventId, await door.publishTicket(eventId));
}

describe('a scanner device', () => {
  it('scans by its own token, in its own name', async () => {
    const eventId = await door.publishEvent();
    await door.publishDevice('own-1', { eventId });
    const device = await door.asDevice('own-1', { eventId });
    const input = door.input(eventId, await admissibleCode(eventId), { deviceId: 'own-1' });
    expect(await device.expect('Scan', SCAN, { input })).toMatchObject({
      decision: 'ADMITTED',
      holderName: 'Ada Lovelace',
    });
    await device.expect('NotPermitted', SCAN, { input: { ...input, deviceId: 'phone-1' } });
    await device.expect('NotFound', SCAN, { input: { ...input, eventId: randomIds.eventId() } });
  });

  it('scans at its event, at the events of its venue, or at all of its organization, and nowhere else', async () => {
    const hamlet = await door.publishEvent({ venueId: 'globe' });
    const macbeth = await door.publishEvent({ venueId: 'rose' });
    const foreign = await door.publishEvent({ venueId: 'globe', organizationId: OTHER_HOUSE });
    const table = [
      ['at-event', { eventId: hamlet }, [hamlet], [macbeth, foreign]],
      ['at-venue', { venueId: 'globe' }, [hamlet], [macbeth, foreign]],
      ['anywhere', {}, [hamlet, macbeth], [foreign]],
    ] as const;
    for (const [deviceId, scope, within, without] of table) {
      await door.publishDevice(deviceId, scope);
      const device = await door.asDevice(deviceId, scope);
      for (const eventId of within) {
        const input = door.input(eventId, 'nonsense', { deviceId });
        expect(await device.expect('Scan', SCAN, { input })).toMatchObject({ reason: 'INVALID' });
      }
      for (const eventId of without) {
        const input = door.input(eventId, 'nonsense', { deviceId });
        await device.expect('NotPermitted', SCAN, { input });
      }
    }
  });

  it('sees nothing else', async () => {
    const eventId = await door.publishEvent();
    const ticketId = await door.publishTicket(eventId);
    await door.publishDevice('blind');
    const device = await door.asDevice('blind');
    const input = door.input(eventId, await door.credential(eventId, ticketId), { deviceId: 'blind' });
    await device.expect('Scan', SCAN, { input });
    expect((await device.ask(SCANS, { eventId })).errors?.[0]?.extensions?.['code']).toBe('NOT_SIGNED_IN');
    expect(await door.attendanceOf(device, eventId)).toEqual([null]);
    expect(await door.admissionOf(device, ticketId)).toBeNull();
  });

  it('is refused as unknown, and that is kept, from the moment its revocation is known', async () => {
    const eventId = await door.publishEvent();
    const code = await admissibleCode(eventId);
    const device = await door.asDevice('lost');
    const scan = () =>
      device.expect('Scan', SCAN, { input: door.input(eventId, code, { deviceId: 'lost' }) });
    const refused = { decision: 'REFUSED', reason: 'UNKNOWN_DEVICE', holderName: null, ticket: null };
    // Its token came before the fact of its registration.
    expect(await scan()).toMatchObject(refused);
    await door.publishDevice('lost');
    expect(await scan()).toMatchObject({ decision: 'ADMITTED' });
    await door.publishDevice('lost', { status: 'REVOKED', revokedAt: new Date().toISOString() }, 2);
    expect(await scan()).toMatchObject(refused);
    const exit = door.input(eventId, code, { deviceId: 'lost', direction: 'EXIT' });
    expect(await device.expect('Scan', SCAN, { input: exit })).toMatchObject(refused);
    expect(await door.attendanceOf(door.staff, eventId)).toEqual([
      { admitted: 1, inside: 1, refused: 3, expected: 1 },
    ]);
    await eventually(() => {
      const mine = door.decided.filter(({ payload }) => payload.eventId === eventId);
      expect(mine.filter(({ payload }) => payload.reason === 'UNKNOWN_DEVICE')).toHaveLength(3);
    });
    // A member may go on by hand with the same phone.
    expect(await door.scan(eventId, code, { deviceId: 'lost' })).toMatchObject({ reason: 'ALREADY_USED' });
  });

  it('is refused over Kafka likewise', async () => {
    const eventId = await door.publishEvent();
    const code = await admissibleCode(eventId);
    await door.publishDevice('gone', { status: 'REVOKED' }, 2);
    await door.publishDevice('elsewhere', { eventId: randomIds.eventId() });
    for (const deviceId of ['gone', 'elsewhere', 'never-registered'])
      await door.submit(eventId, code, `stream-${deviceId}`, 'ENTRY', deviceId);
    await door.submit(eventId, code, 'stream-turnstile-1');
    await eventually(() => {
      const mine = door.decided.filter(({ payload }) => payload.eventId === eventId);
      const reasons = Object.fromEntries(mine.map(({ payload }) => [payload.deviceId, payload.reason]));
      expect(reasons).toEqual({
        gone: 'UNKNOWN_DEVICE',
        elsewhere: 'UNKNOWN_DEVICE',
        'never-registered': 'UNKNOWN_DEVICE',
        'turnstile-1': 'OK',
      });
    });
  });

  it('stays revoked when its facts come twice and out of order', async () => {
    const eventId = await door.publishEvent();
    const revoked = await door.publishDevice('twice', { status: 'REVOKED' }, 2);
    const handledBefore = await door.factsHandled();
    const registered = await door.facts.publish(
      authDevices,
      'DeviceRegistered',
      { id: 'twice', version: 1 },
      deviceOf('twice'),
    );
    for (const fact of [revoked, registered, revoked]) await door.facts.repeat(authDevices, fact);
    await eventually(async () => expect(await door.factsHandled()).toBe(handledBefore + 4));
    await door.known('devices', 'twice', 2);
    const input = door.input(eventId, await admissibleCode(eventId), { deviceId: 'twice' });
    expect(await (await door.asDevice('twice')).expect('Scan', SCAN, { input })).toMatchObject({
      reason: 'UNKNOWN_DEVICE',
    });
  });
});
