import { randomUUID } from 'node:crypto';
import type { Client } from '../graph/client.ts';
import { SIGN_UP } from '../graph/operations.ts';

export interface Person {
  readonly name: string;
  readonly role?: 'ATTENDEE' | 'ORGANIZER';
  readonly organizationName?: string;
}

/** A new account with an address that no run had before. `organizationId` is empty for attendees. */
export async function signUp(
  visitor: Client,
  person: Person,
): Promise<{ client: Client; organizationId: string }> {
  const session = await visitor.succeed(SIGN_UP, {
    input: { ...person, email: `demo-${randomUUID()}@example.org`, password: randomUUID() },
  });
  return {
    client: visitor.signedIn(session.accessToken),
    organizationId: session.user.memberships[0]?.organization.id ?? '',
  };
}
