import { Inject, Injectable } from '@nestjs/common';
import {
  CLOCK,
  type Clock,
  fail,
  IDS,
  type IdSource,
  type InvalidInput,
  type NotFound,
  type NotSignedIn,
  ok,
  parseInput,
  type Result,
  RetryLater,
} from '#kernel';
import { requireViewer, type Viewer } from '#security';
import { ChangeUser } from '../../users/application/change-user.ts';
import { withRole } from '../../users/domain/account.ts';
import { newOrganization } from '../domain/members.ts';
import { createOrganizationInput, type LimitReached, type Organization } from '../domain/organization.ts';
import { OrganizationsRepository } from '../infrastructure/organizations.repository.ts';
import { FreePlace } from './free-place.ts';

/** Times that another place is tried because another membership took the proposed one. */
const MAX_TRIES = 5;

export type CreateOrganizationFailure = InvalidInput | NotSignedIn | NotFound | LimitReached | RetryLater;

/** Any user founds an organization, owns it, and is an organizer from then on: with the next access token. */
@Injectable()
export class CreateOrganization {
  constructor(
    private readonly organizations: OrganizationsRepository,
    private readonly freePlace: FreePlace,
    private readonly changeUser: ChangeUser,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(IDS) private readonly ids: IdSource,
  ) {}

  async execute(
    viewer: Viewer | undefined,
    input: unknown,
  ): Promise<Result<Organization, CreateOrganizationFailure>> {
    const signedIn = requireViewer(viewer);
    if (!signedIn.ok) return signedIn;
    const parsed = parseInput(createOrganizationInput, input);
    if (!parsed.ok) return parsed;
    const added = await this.add(signedIn.value.userId, parsed.value.name);
    if (!added.ok) return added;
    const organizer = await this.changeUser.execute(signedIn.value.userId, (user) => ({
      user: withRole(user, 'ORGANIZER'),
      fact: 'UserUpdated',
    }));
    // The organization is there; the role also comes with the next refresh.
    return organizer.ok || organizer.failure instanceof RetryLater ? added : organizer;
  }

  private async add(userId: string, name: string): Promise<Result<Organization, LimitReached | RetryLater>> {
    const id = this.ids.uuid();
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const place = await this.freePlace.execute(userId);
      if (!place.ok) return place;
      const owner = { userId, createdAt: this.clock.now() };
      const organization = newOrganization({ id, name, owner, slot: place.value });
      if (await this.organizations.addIfAbsent(organization)) return ok(organization);
    }
    return fail(new RetryLater('Other memberships of yours are changing just now: try again.'));
  }
}
