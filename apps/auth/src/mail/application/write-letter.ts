import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock, RetryLater } from '#kernel';
import { newCode } from '../../one-time-codes/domain/one-time-code.ts';
import { ChangeOrganization } from '../../organizations/application/change-organization.ts';
import { openInvitations, withInvitationCode } from '../../organizations/domain/invitations.ts';
import { OrganizationsRepository } from '../../organizations/infrastructure/organizations.repository.ts';
import { ChangeUser } from '../../users/application/change-user.ts';
import { CODE_LIFETIME_MS, withCode, withMail } from '../../users/domain/account.ts';
import type { CodePurpose, User } from '../../users/domain/user.ts';
import { UsersRepository } from '../../users/infrastructure/users.repository.ts';
import { invitationLetter, passwordResetLetter, verificationLetter } from '../domain/letters.ts';
import type { Letter, MailIntent, MailOrder } from '../domain/mail-intent.ts';

type OrderOf<K extends MailOrder['kind']> = Extract<MailOrder, { kind: K }>;

/** Somebody else changed what the letter is about; the mail is tried again. */
class LetterNotWritten extends Error {
  override readonly name = 'LetterNotWritten';
}

/**
 * Writes the letter of a mail, with a fresh code where one belongs in it: the hash is kept with what the code is good for,
 * the code itself stands in the letter alone. Written again after a failure, it says a new code, and the one before is
 * worthless. Undefined when there is nothing to say (any more).
 */
@Injectable()
export class WriteLetter {
  constructor(
    private readonly users: UsersRepository,
    private readonly changeUser: ChangeUser,
    private readonly organizations: OrganizationsRepository,
    private readonly changeOrganization: ChangeOrganization,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute(intent: MailIntent): Promise<Letter | undefined> {
    switch (intent.kind) {
      case 'PASSWORD_RESET':
        return this.passwordReset(intent);
      case 'EMAIL_VERIFICATION':
        return this.verification(intent);
      case 'INVITATION':
        return this.invitation(intent);
    }
  }

  private async passwordReset(intent: MailIntent & OrderOf<'PASSWORD_RESET'>): Promise<Letter | undefined> {
    const user = await this.users.findByEmail(intent.email);
    if (!user || user.disabledAt) return undefined;
    return this.toUser(user, 'PASSWORD_RESET', intent, passwordResetLetter);
  }

  private async verification(
    intent: MailIntent & OrderOf<'EMAIL_VERIFICATION'>,
  ): Promise<Letter | undefined> {
    const user = await this.users.find(intent.userId);
    if (!user || user.disabledAt || user.emailVerifiedAt) return undefined;
    return this.toUser(user, 'EMAIL_VERIFICATION', intent, verificationLetter);
  }

  private async toUser(
    { id, email, name }: User,
    purpose: CodePurpose,
    { tries }: MailIntent,
    words: (name: string, code: string, expiresAt: Date) => Pick<Letter, 'subject' | 'text'>,
  ): Promise<Letter | undefined> {
    const expiresAt = new Date(this.clock.now().getTime() + CODE_LIFETIME_MS[purpose]);
    const code = newCode(expiresAt);
    const changed = await this.changeUser.execute(id, (user, now) => {
      // A mail that is tried again has been counted.
      const counted = tries > 1 ? user : withMail(user, purpose, now);
      return { user: counted && !user.disabledAt ? withCode(counted, purpose, code.kept) : user };
    });
    if (!changed.ok) throw new LetterNotWritten(changed.failure.message);
    if (changed.value.codes?.[purpose]?.id !== code.kept.id) return undefined;
    return { id: code.kept.id, to: email, ...words(name, code.text, expiresAt) };
  }

  private async invitation({
    organizationId,
    invitationId,
  }: OrderOf<'INVITATION'>): Promise<Letter | undefined> {
    const organization = await this.organizations.find(organizationId);
    const invitation =
      organization && openInvitations(organization, this.clock.now()).find(({ id }) => id === invitationId);
    if (!invitation) return undefined;
    const { email, role, invitedBy, expiresAt } = invitation;
    const code = newCode(expiresAt, invitationId);
    const changed = await this.changeOrganization.execute(organizationId, (now) => ({
      organization: withInvitationCode(now, invitationId, code.kept),
    }));
    if (!changed.ok && changed.failure instanceof RetryLater)
      throw new LetterNotWritten(changed.failure.message);
    const isStillOpen = changed.ok && changed.value.invitations?.some(({ id }) => id === invitationId);
    if (!isStillOpen) return undefined;
    const inviter = await this.users.find(invitedBy);
    const words = invitationLetter({
      organizationName: organization.name,
      invitedBy: inviter?.name ?? 'Somebody',
      role,
      code: code.text,
      expiresAt,
    });
    return { id: invitationId, to: email, ...words };
  }
}
