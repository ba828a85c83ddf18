import { eventually } from '#testing';
import { DeliverMail } from '../src/mail/application/deliver-mail.ts';
import { MAIL_SENDER, type MailSender } from '../src/mail/application/mail-sender.ts';
import { intentIdOf as intentId } from '../src/mail/domain/mail-intent.ts';
import { CURRENT_USER, FAILURE, FrontOffice, type Person, REFRESH, SIGN_IN } from './front-office.ts';

const ASK_RESET = `mutation ($email: String!) { requestPasswordReset(email: $email) { __typename ... on MailRequested { email } ${FAILURE} } }`;
const RESET = `mutation ($input: ResetPasswordInput!) { resetPassword(input: $input) { __typename ... on PasswordReset { email } ${FAILURE} } }`;
const CHANGE = `mutation ($input: ChangePasswordInput!) { changePassword(input: $input) { __typename ${FAILURE} } }`;
const ASK_VERIFICATION = `mutation { requestEmailVerification { __typename ... on Failure { code } } }`;
const VERIFY = `mutation ($code: String!) { verifyEmail(code: $code) { __typename ... on EmailVerified { email } ${FAILURE} } }`;

const NEW_PASSWORD = 'another horse';
let office: FrontOffice;

beforeAll(async () => {
  office = await FrontOffice.open();
});

afterAll(() => office.close());

async function resetCode(person: Person, count = 1): Promise<string> {
  await office.graph.expect('MailRequested', ASK_RESET, { email: person.email });
  return (await office.mailTo(person.email, 'new password', count)).code;
}

describe('an e-mail address', () => {
  it('is verified by the code that is mailed at sign-up, once', async () => {
    const ada = await office.signUp();
    expect((await ada.graph.data(CURRENT_USER)).currentUser.emailVerified).toBe(false);
    const { code } = await office.mailTo(ada.email, 'your address');
    expect(await office.graph.expect('EmailVerified', VERIFY, { code })).toEqual({
      __typename: 'EmailVerified',
      email: ada.email,
    });
    expect((await ada.graph.data(CURRENT_USER)).currentUser.emailVerified).toBe(true);
    await office.graph.expect('InvalidCode', VERIFY, { code });
    await eventually(() => {
      const updated = office.users.filter(({ aggregateId }) => aggregateId === ada.userId).at(-1);
      expect(updated).toMatchObject({ type: 'UserUpdated', payload: { emailVerified: true } });
    });
    await ada.graph.expect('MailRequested', ASK_VERIFICATION);
    expect(await office.mailsTo(ada.email)).toHaveLength(1);
  });

  it('is sent another code on demand, which alone is good, and at most three in an hour', async () => {
    const ada = await office.signUp();
    const { code: first } = await office.mailTo(ada.email, 'your address');
    await ada.graph.expect('MailRequested', ASK_VERIFICATION);
    await office.mailTo(ada.email, 'your address', 2);
    await ada.graph.expect('MailRequested', ASK_VERIFICATION);
    const { code: third } = await office.mailTo(ada.email, 'your address', 3);
    await ada.graph.expect('MailRequested', ASK_VERIFICATION);
    expect(await office.mailsTo(ada.email)).toHaveLength(3);
    await office.graph.expect('InvalidCode', VERIFY, { code: first });
    await office.graph.expect('EmailVerified', VERIFY, { code: third });
  });
});

describe('a forgotten password', () => {
  it('is replaced by a mailed code, which ends every session', async () => {
    const ada = await office.signUp();
    const code = await resetCode(ada);
    const input = { code, newPassword: NEW_PASSWORD };
    expect((await office.graph.expect('PasswordReset', RESET, { input })).email).toBe(ada.email);
    expect((await ada.graph.data(CURRENT_USER)).currentUser).toBeNull();
    await office.graph.expect('SessionEnded', REFRESH, { token: ada.refreshToken });
    await office.graph.expect('InvalidCredentials', SIGN_IN, {
      input: { email: ada.email, password: ada.password },
    });
    const again = await office.signIn({ email: ada.email, password: NEW_PASSWORD });
    // Who reads the mail has the address.
    expect((await again.graph.data(CURRENT_USER)).currentUser.emailVerified).toBe(true);
    await office.graph.expect('InvalidCode', RESET, { input });
  });

  it('is reset once by two at the same time', async () => {
    const ada = await office.signUp();
    const code = await resetCode(ada);
    const answers = await Promise.all(
      ['first horse battery', 'other horse battery'].map((newPassword) =>
        office.graph.data(RESET, { input: { code, newPassword } }),
      ),
    );
    expect(answers.map(({ resetPassword }): string => resetPassword.__typename).sort()).toEqual([
      'InvalidCode',
      'PasswordReset',
    ]);
  });

  it('is asked for alike by who has an account and who has not', async () => {
    const ada = await office.signUp();
    const [known, unknown] = [ada.email, 'nobody@example.org'];
    for (const email of [known, unknown]) {
      expect(await office.graph.expect('MailRequested', ASK_RESET, { email })).toEqual({
        __typename: 'MailRequested',
        email,
      });
    }
    await office.mailTo(known, 'new password');
    expect(await office.mailsTo(unknown)).toEqual([]);
    expect((await office.graph.expect('InvalidInput', ASK_RESET, { email: 'no address' })).field).toBe(
      'email',
    );
  });

  it('brings three mails in an hour at most, however often it is asked for', async () => {
    const ada = await office.signUp();
    for (let round = 0; round < 5; round++) {
      await Promise.all(
        [1, 2, 3, 4].map(() => office.graph.expect('MailRequested', ASK_RESET, { email: ada.email })),
      );
      await office.mailsTo(ada.email);
    }
    await eventually(async () => expect((await office.mailsTo(ada.email)).filter(isReset)).toHaveLength(3));
    expect(await office.service.db.collection('mail_intents').countDocuments({ email: ada.email })).toBe(0);
  });

  it('takes a code that is neither wrong five times, nor over, nor overtaken by a new password', async () => {
    const ada = await office.signUp();
    const code = await resetCode(ada);
    const wrong = `${code.slice(0, -4)}0000`;
    for (let tries = 0; tries < 5; tries++)
      await office.graph.expect('InvalidCode', RESET, { input: { code: wrong, newPassword: NEW_PASSWORD } });
    await office.graph.expect('InvalidCode', RESET, { input: { code, newPassword: NEW_PASSWORD } });

    const late = await resetCode(ada, 2);
    const users = office.service.db.collection<{ _id: string }>('users');
    await users.updateOne({ _id: ada.userId }, { $set: { 'codes.PASSWORD_RESET.expiresAt': new Date() } });
    await office.graph.expect('InvalidCode', RESET, { input: { code: late, newPassword: NEW_PASSWORD } });

    const overtaken = await resetCode(ada, 3);
    const change = { currentPassword: ada.password, newPassword: NEW_PASSWORD };
    await ada.graph.expect('PasswordChanged', CHANGE, { input: change });
    await office.graph.expect('InvalidCode', RESET, {
      input: { code: overtaken, newPassword: 'third horse' },
    });
  });

  it('is never kept, nor is its code', async () => {
    const ada = await office.signUp();
    const code = await resetCode(ada);
    const stored = await office.service.db.collection<{ _id: string }>('users').findOne({ _id: ada.userId });
    expect(JSON.stringify(stored)).not.toContain(code.split('-')[1]);
    const input = { code, newPassword: 'short' };
    expect((await office.graph.expect('InvalidInput', RESET, { input })).field).toBe('newPassword');
  });
});

describe('a password', () => {
  it('is changed by who knows it; other sessions end, this one goes on', async () => {
    const here = await office.signUp();
    const elsewhere = await office.signIn(here);
    const input = { currentPassword: here.password, newPassword: NEW_PASSWORD };
    await here.graph.expect('InvalidCredentials', CHANGE, { input: { ...input, currentPassword: 'wrong' } });
    await here.graph.expect('PasswordChanged', CHANGE, { input });
    await office.graph.expect('SessionEnded', REFRESH, { token: elsewhere.refreshToken });
    expect((await elsewhere.graph.data(CURRENT_USER)).currentUser).toBeNull();
    expect((await here.graph.data(CURRENT_USER)).currentUser).toMatchObject({ email: here.email });
    await office.refreshed(here);
    await office.graph.expect('NotSignedIn', CHANGE, { input });
  });
});

describe('a mail', () => {
  it('is sent again after a failure, with a code that is good', async () => {
    const ada = await office.signUp();
    await office.mailTo(ada.email, 'your address');
    const sender = office.service.app.get<MailSender>(MAIL_SENDER);
    let failures = 0;
    sender.send = () => Promise.reject(new Error(`the carrier is away: ${++failures}`));
    await office.graph.expect('MailRequested', ASK_RESET, { email: ada.email });
    await eventually(() => expect(failures).toBe(1));
    Reflect.deleteProperty(sender, 'send');
    expect((await office.mailsTo(ada.email)).filter(isReset)).toEqual([]);
    const intents = office.service.db.collection<{ _id: string; dueAt: Date }>('mail_intents');
    await eventually(async () => {
      const { matchedCount } = await intents.updateMany(
        { _id: intentIdOf(ada.email) },
        { $set: { dueAt: new Date() } },
      );
      expect(matchedCount).toBe(1);
      await office.mailTo(ada.email, 'new password');
    });
    const { code } = await office.mailTo(ada.email, 'new password');
    await office.graph.expect('PasswordReset', RESET, { input: { code, newPassword: NEW_PASSWORD } });
  });

  it('is parked after eight tries, and given another chance when it is asked for again', async () => {
    const ada = await office.signUp();
    const intents = office.service.db.collection<{ _id: string }>('mail_intents');
    await office.mailTo(ada.email, 'your address');
    const sender = office.service.app.get<MailSender>(MAIL_SENDER);
    sender.send = () => Promise.reject(new Error('the carrier is away'));
    await office.graph.expect('MailRequested', ASK_RESET, { email: ada.email });
    const _id = intentIdOf(ada.email);
    await eventually(async () => {
      await intents.updateOne({ _id, parkedAt: { $exists: false } }, { $set: { dueAt: new Date() } });
      await office.service.app.get(DeliverMail).execute();
      expect(await intents.findOne({ _id })).toMatchObject({ tries: 8, parkedAt: expect.any(Date) });
    });
    Reflect.deleteProperty(sender, 'send');
    await resetCode(ada);
  });
});

function isReset({ subject }: { subject: string }): boolean {
  return subject.includes('new password');
}

function intentIdOf(email: string): string {
  return intentId({ kind: 'PASSWORD_RESET', email });
}
