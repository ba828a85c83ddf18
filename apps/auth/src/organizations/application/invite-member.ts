import { Injectable } from '@nestjs/common';
import { type InvalidInput, ok, parseInput, type Result } from '#kernel';
import { requireViewer, type Viewer } from '#security';
import { MailIntentsRepository } from '../../mail/infrastructure/mail-intents.repository.ts';
import { newCodeId } from '../../one-time-codes/domain/one-time-code.ts';
import { invitationFor, inviteMemberInput, withInvitation } from '../domain/invitations.ts';
import type { Invitation, LimitReached } from '../domain/organization.ts';
import { asChange, ChangeOrganization, type ChangeOrganizationFailure } from './change-organization.ts';

/** Owners invite e-mail addresses. The code is made when its mail is written, and stands nowhere else. */
@Injectable()
export class InviteMember {
  constructor(
    private readonly changeOrganization: ChangeOrganization,
    private readonly mailIntents: MailIntentsRepository,
  ) {}

  async execute(
    viewer: Viewer | undefined,
    input: unknown,
  ): Promise<Result<Invitation, InvalidInput | LimitReached | ChangeOrganizationFailure>> {
    const signedIn = requireViewer(viewer);
    if (!signedIn.ok) return signedIn;
    const parsed = parseInput(inviteMemberInput, input);
    if (!parsed.ok) return parsed;
    const { organizationId, ...invited } = parsed.value;
    const about = { ...invited, id: newCodeId(), invitedBy: signedIn.value.userId };
    const changed = await this.changeOrganization.byMember(
      viewer,
      'MANAGE_ORGANIZATION',
      organizationId,
      (organization, now) =>
        asChange(organization, withInvitation(organization, invitationFor(about, now), now)),
    );
    if (!changed.ok) return changed;
    const invitation = changed.value.invitations?.find(({ id }) => id === about.id);
    if (!invitation) throw new Error(`the invitation ${about.id} is not in what was written`);
    // Before the answer: after a crash in between, the owner has had none and invites again.
    await this.mailIntents.add({ kind: 'INVITATION', organizationId, invitationId: about.id });
    return ok(invitation);
  }
}
