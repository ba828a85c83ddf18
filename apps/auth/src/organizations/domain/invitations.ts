import { z } from 'zod';
import { MEMBER_ROLES } from '#contracts';
import { fail, NotFound, ok, type Result } from '#kernel';
import { takeMail, type MailLimit } from '../../mail/domain/mail-allowance.ts';
import {
  afterWrongTry,
  type GivenCode,
  InvalidCode,
  judgeCode,
  type OneTimeCode,
} from '../../one-time-codes/domain/one-time-code.ts';
import { emailInput } from '../../users/domain/user.ts';
import { changed, memberOf, withMember } from './members.ts';
import {
  type Invitation,
  LimitReached,
  MAX_OPEN_INVITATIONS,
  type Member,
  type Organization,
} from './organization.ts';

const INVITATION_LIFETIME_MS = 7 * 24 * 3_600_000;

export const inviteMemberInput = z.object({
  organizationId: z.string().min(1).max(100),
  email: emailInput,
  role: z.enum(MEMBER_ROLES),
});

/** Mails to strangers, in the name of the platform. */
const MAIL_LIMIT: MailLimit = { mails: 200, windowMs: 24 * 3_600_000 };

export function invitationFor(
  about: Pick<Invitation, 'id' | 'email' | 'role' | 'invitedBy'>,
  now: Date,
): Invitation {
  return { ...about, createdAt: now, expiresAt: new Date(now.getTime() + INVITATION_LIFETIME_MS) };
}

export function openInvitations({ invitations = [] }: Organization, now: Date): readonly Invitation[] {
  return invitations.filter(({ expiresAt }) => expiresAt > now);
}

/** A second invitation to the same address takes the place of the first, whose code is worthless from now on. */
export function withInvitation(
  organization: Organization,
  invitation: Invitation,
  now: Date,
): Result<Organization, LimitReached> {
  const invitationMails = takeMail(organization.invitationMails, MAIL_LIMIT, now);
  if (!invitationMails) return fail(new LimitReached('invitationsPerDay', MAIL_LIMIT.mails));
  const others = openInvitations(organization, now).filter(({ email }) => email !== invitation.email);
  if (others.length >= MAX_OPEN_INVITATIONS)
    return fail(new LimitReached('invitations', MAX_OPEN_INVITATIONS));
  return ok(changed(organization, { invitations: [...others, invitation], invitationMails }));
}

export function withoutInvitation(organization: Organization, id: string): Result<Organization, NotFound> {
  const { invitations = [] } = organization;
  const others = invitations.filter((one) => one.id !== id);
  if (others.length === invitations.length) return fail(new NotFound('invitation', id));
  return ok(changed(organization, { invitations: others }));
}

/** The code that the invitation's mail says. The same organization when the invitation is gone. */
export function withInvitationCode(organization: Organization, id: string, code: OneTimeCode): Organization {
  return replaced(organization, id, (invitation) => ({ ...invitation, code }));
}

export interface Acceptance {
  readonly organization: Organization;
  /** What to answer once the organization is written. */
  readonly failure?: InvalidCode | LimitReached;
}

/**
 * A user accepts with the code that was mailed. Whoever came by this very code before is answered alike; a member who came
 * otherwise keeps the role they have. A wrong code costs a try.
 */
export function accepted(
  organization: Organization,
  given: GivenCode,
  joining: Pick<Member, 'userId' | 'slot'>,
  now: Date,
): Acceptance {
  const member = memberOf(organization, joining.userId);
  if (member?.cameBy?.id === given.id && member.cameBy.hash === given.hash) return { organization };
  const invitation = organization.invitations?.find(({ id }) => id === given.id);
  const verdict = judgeCode(invitation?.code, given, now);
  if (!invitation || verdict === 'WORTHLESS') return { organization, failure: new InvalidCode() };
  if (verdict === 'WRONG') {
    const tried = replaced(organization, given.id, (one) => ({
      ...one,
      ...(one.code ? { code: afterWrongTry(one.code) } : {}),
    }));
    return { organization: tried, failure: new InvalidCode() };
  }
  const joined = withMember(organization, {
    ...joining,
    role: invitation.role,
    joinedAt: now,
    cameBy: given,
  });
  if (!joined.ok) return { organization, failure: joined.failure };
  const used = withoutInvitation(joined.value, given.id);
  return { organization: used.ok ? used.value : joined.value };
}

function replaced(
  organization: Organization,
  id: string,
  change: (invitation: Invitation) => Invitation,
): Organization {
  const { invitations = [] } = organization;
  if (!invitations.some((one) => one.id === id)) return organization;
  return changed(organization, {
    invitations: invitations.map((one) => (one.id === id ? change(one) : one)),
  });
}
