import type { MemberRole } from '#contracts';

type Words = { readonly subject: string; readonly text: string };

/** `2027-01-08 19:30 UTC` */
function instant(date: Date): string {
  return `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

export function passwordResetLetter(name: string, code: string, expiresAt: Date): Words {
  return {
    subject: 'Your new password for Tessera',
    text: `Hello ${name},

somebody, most likely you, asked for a new password. Set one with this code:

    ${code}

It is good once, until ${instant(expiresAt)}. If it was not you, there is nothing to do: without the code
your password stays as it is.
`,
  };
}

export function verificationLetter(name: string, code: string, expiresAt: Date): Words {
  return {
    subject: 'Is this your address?',
    text: `Hello ${name},

confirm that this is your e-mail address with this code:

    ${code}

It is good once, until ${instant(expiresAt)}.
`,
  };
}

export interface InvitationWords {
  readonly organizationName: string;
  readonly invitedBy: string;
  readonly role: MemberRole;
  readonly code: string;
  readonly expiresAt: Date;
}

const ROLE_WORDS: Record<MemberRole, string> = {
  OWNER: 'an owner',
  MANAGER: 'a manager',
  BOX_OFFICE: 'a member of the box office',
  SCANNER: 'a member who scans tickets',
};

export function invitationLetter(words: InvitationWords): Words {
  const { organizationName, invitedBy, role, code, expiresAt } = words;
  return {
    subject: `${organizationName} invites you`,
    text: `Hello,

${invitedBy} invites you to ${organizationName} on Tessera, as ${ROLE_WORDS[role]}.
Sign in, or sign up, and accept with this code:

    ${code}

It is good once, until ${instant(expiresAt)}.
`,
  };
}
