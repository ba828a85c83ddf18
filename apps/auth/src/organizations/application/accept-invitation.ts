import { Injectable } from '@nestjs/common';
import {
  fail,
  type InvalidInput,
  type NotFound,
  type NotSignedIn,
  ok,
  parseInput,
  type Result,
  type RetryLater,
} from '#kernel';
import { requireViewer, type Viewer } from '#security';
import { type GivenCode, InvalidCode, readCode } from '../../one-time-codes/domain/one-time-code.ts';
import { ChangeUser } from '../../users/application/change-user.ts';
import { withVerifiedEmail } from '../../users/domain/account.ts';
import { accepted } from '../domain/invitations.ts';
import { memberOf } from '../domain/members.ts';
import {
  acceptInvitationInput,
  type LimitReached,
  type Membership,
  type Organization,
} from '../domain/organization.ts';
import { OrganizationsRepository } from '../infrastructure/organizations.repository.ts';
import { ChangeOrganization, type OrganizationChange } from './change-organization.ts';
import { FreePlace } from './free-place.ts';

export type AcceptFailure = InvalidInput | NotSignedIn | InvalidCode | LimitReached | NotFound | RetryLater;

/** Whoever has the code becomes a member; if it was mailed to their own address, that is verified with it. */
@Injectable()
export class AcceptInvitation {
  constructor(
    private readonly organizations: OrganizationsRepository,
    private readonly changeOrganization: ChangeOrganization,
    private readonly freePlace: FreePlace,
    private readonly changeUser: ChangeUser,
  ) {}

  async execute(viewer: Viewer | undefined, input: unknown): Promise<Result<Membership, AcceptFailure>> {
    const signedIn = requireViewer(viewer);
    if (!signedIn.ok) return signedIn;
    const parsed = parseInput(acceptInvitationInput, input);
    if (!parsed.ok) return parsed;
    const given = readCode(parsed.value.code);
    const { userId } = signedIn.value;
    const invitedTo = given && (await this.organizations.findByInvitation(given.id, userId));
    if (!given || !invitedTo) return fail(new InvalidCode());
    const address = invitedTo.invitations?.find(({ id }) => id === given.id)?.email;
    const joined = await this.changeOrganization.execute<InvalidCode | LimitReached>(
      invitedTo.id,
      (organization, now) => this.decide(organization, given, userId, now),
    );
    if (!joined.ok) return joined;
    if (address !== undefined) await this.verify(userId, address);
    const member = memberOf(joined.value, userId);
    if (!member) throw new Error(`${userId} accepted and is no member of ${invitedTo.id}`);
    return ok({ organizationId: invitedTo.id, role: member.role });
  }

  private async decide(
    organization: Organization,
    given: GivenCode,
    userId: string,
    now: Date,
  ): Promise<OrganizationChange<InvalidCode | LimitReached>> {
    const slot = memberOf(organization, userId)?.slot;
    const place = slot === undefined ? await this.freePlace.execute(userId) : ok(slot);
    if (!place.ok) return { organization, failure: place.failure };
    const { organization: after, failure } = accepted(
      organization,
      given,
      { userId, slot: place.value },
      now,
    );
    const hasJoined = after.members.length > organization.members.length;
    return { organization: after, failure, ...(hasJoined ? { fact: 'MemberAdded' } : {}) };
  }

  /** After a crash before this, the address stays to be verified in the usual way. */
  private async verify(userId: string, address: string): Promise<void> {
    await this.changeUser.execute(userId, (user, now) => ({
      user: user.email === address ? withVerifiedEmail(user, now) : user,
      fact: 'UserUpdated',
    }));
  }
}
