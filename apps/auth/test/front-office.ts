/* oxlint-disable typescript/no-explicit-any -- a test reads answers of any shape and asserts what is in them */
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { authDevices, authOrganizations, authUsers, type FactsOf } from '#contracts';
import { randomIds } from '#kernel';
import { eventually, FactLine, type GraphClient, RunningService, testSettings } from '#testing';
import { AuthModule } from '../src/auth.module.ts';
import { DeliverMail } from '../src/mail/application/deliver-mail.ts';

export const FAILURE = `... on Failure { code message } ... on InvalidInput { field }`;
const SESSION = `... on Session { accessToken refreshToken user {
  id name email emailVerified roles memberships { role organization { id name } } } }`;
export const SIGN_UP = `mutation ($input: SignUpInput!) { signUp(input: $input) { __typename ${SESSION} ${FAILURE} } }`;
export const SIGN_IN = `mutation ($input: SignInInput!) { signIn(input: $input) { __typename ${SESSION} ${FAILURE} } }`;
export const REFRESH = `mutation ($token: String!) { refreshSession(refreshToken: $token) { __typename ${SESSION} ... on Failure { code } } }`;
export const CURRENT_USER = `{ currentUser { id email emailVerified roles } }`;

export interface Person {
  readonly userId: string;
  readonly email: string;
  readonly password: string;
  readonly refreshToken: string;
  readonly graph: GraphClient;
  /** The organizer's own. */
  readonly organizationId: string;
}

interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly code: string;
}

/** `auth` on the real engines, with its mails in a folder of this suite's own. */
export class FrontOffice {
  users: FactsOf<typeof authUsers>[] = [];
  organizations: FactsOf<typeof authOrganizations>[] = [];
  devices: FactsOf<typeof authDevices>[] = [];

  private constructor(
    readonly service: RunningService,
    private readonly facts: FactLine,
    private readonly mailFolder: string,
  ) {}

  static async open(): Promise<FrontOffice> {
    const settings = testSettings();
    const facts = await FactLine.open(settings, [authUsers, authOrganizations, authDevices]);
    const mailFolder = await mkdtemp(join(tmpdir(), 'mail-'));
    const config = {
      ...settings,
      AUTH_KEY_ENCRYPTION_KEY: randomBytes(32),
      MAIL_FOLDER: mailFolder,
      MAIL_FROM: 'Tessera <no-reply@tessera.example>',
    };
    const service = await RunningService.start('auth', AuthModule.forRoot(config), settings);
    const office = new FrontOffice(service, facts, mailFolder);
    office.users = await facts.collect(authUsers);
    office.organizations = await facts.collect(authOrganizations);
    office.devices = await facts.collect(authDevices);
    return office;
  }

  async close(): Promise<void> {
    await this.service.close();
    await this.facts.close();
    await rm(this.mailFolder, { recursive: true });
  }

  get graph(): GraphClient {
    return this.service.graph;
  }

  async signUp(role: 'ATTENDEE' | 'ORGANIZER' = 'ATTENDEE', name = 'Ada Lovelace'): Promise<Person> {
    const email = `${randomIds.uuid()}@example.org`;
    const password = 'correct horse';
    const organizationName = role === 'ORGANIZER' ? 'Royal Society' : undefined;
    const input = { name, email, password, role, organizationName };
    return personOf(this.graph, await this.graph.expect('Session', SIGN_UP, { input }), email, password);
  }

  async signIn({ email, password }: Pick<Person, 'email' | 'password'>): Promise<Person> {
    const session = await this.graph.expect('Session', SIGN_IN, { input: { email, password } });
    return personOf(this.graph, session, email, password);
  }

  /** The same person with claims that are up to date. */
  async refreshed(person: Person): Promise<Person> {
    const session = await this.graph.expect('Session', REFRESH, { token: person.refreshToken });
    return personOf(this.graph, session, person.email, person.password);
  }

  /** Every mail so far to an address, oldest first. */
  async mailsTo(address: string): Promise<Mail[]> {
    await this.service.app.get(DeliverMail).execute();
    const names = (await readdir(this.mailFolder)).filter((name) => name.endsWith('.eml')).sort();
    const texts = await Promise.all(names.map((name) => readFile(join(this.mailFolder, name), 'utf8')));
    return texts.map(mailOf).filter(({ to }) => to === address);
  }

  /** The newest of `count` mails to an address whose subject holds these words. */
  mailTo(address: string, subject: string, count = 1): Promise<Mail> {
    return eventually(async () => {
      const found = (await this.mailsTo(address)).filter((mail) => mail.subject.includes(subject));
      const newest = found.at(-1);
      if (found.length !== count || !newest) throw new Error(`${found.length} mails to ${address}`);
      return newest;
    });
  }
}

function personOf(graph: GraphClient, session: any, email: string, password: string): Person {
  return {
    userId: session.user.id,
    email,
    password,
    refreshToken: session.refreshToken,
    graph: graph.as(session.accessToken),
    organizationId: session.user.memberships[0]?.organization.id,
  };
}

function mailOf(text: string): Mail {
  const header = (name: string): string => new RegExp(`^${name}: (.*)$`, 'm').exec(text)?.[1]?.trim() ?? '';
  const code = /^ {4}([0-9A-Z]{16}-[0-9A-Z]{24})\r$/m.exec(text)?.[1] ?? '';
  return { to: header('To'), subject: header('Subject'), code };
}
