import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '#testing';
import * as documents from './support/documents.ts';
import {
  buy,
  fixedPrice,
  mailFolder,
  type OnSale,
  type Person,
  publicGraph,
  putOnSale,
  scanInput,
  signUp,
} from './support/house.ts';

let organizer: Person;
let event: OnSale;
/** The texts of two QR codes. */
let codes: string[];

beforeAll(async () => {
  organizer = await signUp('ORGANIZER');
  event = await putOnSale(organizer, [fixedPrice('Stalls', 4_500, 100)]);
  const buyer = await signUp();
  await buy(buyer, event, 2);
  codes = await eventually(async () => {
    const { myTickets } = await buyer.graph.data(documents.MY_TICKETS, { eventId: event.id });
    expect(myTickets.nodes).toHaveLength(2);
    return myTickets.nodes.map(({ qr }: { qr: { payload: string } }) => qr.payload);
  });
});

/** The code in the newest mail to an address whose subject holds these words. */
function mailedCode(address: string, subject: string): Promise<string> {
  return eventually(() => {
    const mails = readdirSync(mailFolder())
      .filter((name) => name.endsWith('.eml'))
      .sort()
      .map((name) => readFileSync(join(mailFolder(), name), 'utf8'));
    const mail = mails.findLast((text) => text.includes(`To: ${address}\r\n`) && text.includes(subject));
    const code = /^ {4}([0-9A-Z]{16}-[0-9A-Z]{24})\r$/m.exec(mail ?? '')?.[1];
    if (!code) throw new Error(`no code was mailed to ${address}`);
    return code;
  });
}

async function refreshed({ refreshToken }: Person) {
  const session = await publicGraph.expect('Session', documents.REFRESH, { refreshToken });
  return { graph: publicGraph.as(session.accessToken), refreshToken: session.refreshToken };
}

describe('staff', () => {
  it('are invited by mail, accept, scan, and scan no more once removed', async () => {
    const staff = await signUp();
    const { organizationId } = organizer;
    const scan = scanInput(event, codes[0] ?? '');
    await staff.graph.expect('NotPermitted', documents.SCAN, scan);
    await organizer.graph.expect('Invitation', documents.INVITE_MEMBER, {
      input: { organizationId, email: staff.email, role: 'SCANNER' },
    });
    const code = await mailedCode(staff.email, 'invites you');
    const joined = await staff.graph.expect('Membership', documents.ACCEPT_INVITATION, { code });
    expect(joined).toMatchObject({ role: 'SCANNER', organization: { name: 'Summer Stage' } });

    const onDuty = await refreshed(staff);
    await eventually(async () => {
      const again = scanInput(event, codes[0] ?? '');
      const answer = await onDuty.graph.expect('Scan', documents.SCAN, again);
      expect(answer).toMatchObject({ decision: 'ADMITTED', holderName: 'Ada Lovelace' });
    });
    const input = { organizationId, userId: staff.userId };
    await organizer.graph.expect('Organization', documents.REMOVE_MEMBER, { input });
    const offDuty = await refreshed({ ...staff, refreshToken: onDuty.refreshToken });
    await offDuty.graph.expect('NotPermitted', documents.SCAN, scan);
  });
});

describe('a scanner device', () => {
  it('is registered, signs in, scans, and is refused as soon as it is revoked', async () => {
    const { organizationId } = organizer;
    const input = { organizationId, name: 'North gate', eventId: event.id };
    const { device, secret } = await organizer.graph.expect('RegisteredDevice', documents.REGISTER_DEVICE, {
      input,
    });
    const session = await publicGraph.expect('DeviceSession', documents.SIGN_IN_DEVICE, {
      input: { deviceId: device.id, secret },
    });
    const gate = publicGraph.as(session.accessToken);
    const scan = (): Promise<{ decision: string; reason: string }> =>
      gate.expect('Scan', documents.SCAN, scanInput(event, codes[1] ?? '', { deviceId: device.id }));
    // The door hears of the device a moment after it has been registered.
    await eventually(async () => expect(await scan()).toMatchObject({ decision: 'ADMITTED' }));
    await gate.expect('NotPermitted', documents.SCAN, scanInput(event, codes[1] ?? ''));

    expect((await gate.data(documents.CURRENT_USER)).currentUser).toBeNull();
    const seen = (await gate.data(documents.EVENT, { id: event.id })).event;
    expect(seen).toMatchObject({ sales: null, attendance: null });

    await organizer.graph.expect('Device', documents.REVOKE_DEVICE, { deviceId: device.id });
    await eventually(async () =>
      expect(await scan()).toMatchObject({ decision: 'REFUSED', reason: 'UNKNOWN_DEVICE' }),
    );
    await publicGraph.expect('DeviceRevoked', documents.SIGN_IN_DEVICE, {
      input: { deviceId: device.id, secret },
    });
  });
});

describe('a forgotten password', () => {
  it('is replaced by a mailed code, and every session ends', async () => {
    const ada = await signUp();
    await publicGraph.expect('MailRequested', documents.REQUEST_PASSWORD_RESET, { email: ada.email });
    const input = { code: await mailedCode(ada.email, 'new password'), newPassword: 'another horse battery' };
    await publicGraph.expect('PasswordReset', documents.RESET_PASSWORD, { input });
    await publicGraph.expect('SessionEnded', documents.REFRESH, { refreshToken: ada.refreshToken });
    await publicGraph.expect('Session', documents.SIGN_IN, {
      input: { email: ada.email, password: input.newPassword },
    });
  });
});
