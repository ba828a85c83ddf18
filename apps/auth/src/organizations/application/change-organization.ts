import { Inject, Injectable } from '@nestjs/common';
import {
  CLOCK,
  type Clock,
  fail,
  type Failure,
  NotFound,
  type NotPermitted,
  type NotSignedIn,
  ok,
  type Result,
  RetryLater,
} from '#kernel';
import {
  isAdmin,
  notAllowed,
  type OrganizationTask,
  requireViewer,
  roleAllows,
  type Viewer,
} from '#security';
import { memberOf } from '../domain/members.ts';
import type { Organization } from '../domain/organization.ts';
import {
  type OrganizationFactType,
  OrganizationsRepository,
} from '../infrastructure/organizations.repository.ts';

/** Times that a change is decided anew because someone else changed the organization in between. */
const MAX_TRIES = 8;

export interface OrganizationChange<F extends Failure> {
  /** The same organization as before means that nothing is to be changed. */
  readonly organization: Organization;
  /** What the change is called, if others are to know of it. */
  readonly fact?: OrganizationFactType;
  /** The answer, once the change is written: a wrong code costs a try. */
  readonly failure?: F;
}

type Decide<F extends Failure> = (
  organization: Organization,
  now: Date,
) => OrganizationChange<F> | Promise<OrganizationChange<F>>;

export type ChangeOrganizationFailure = NotSignedIn | NotPermitted | NotFound | RetryLater;

/** By the members as they are now, not as they were when the viewer's token was issued; admins may do everything. */
export function isAllowed(organization: Organization, viewer: Viewer, task: OrganizationTask): boolean {
  return isAdmin(viewer) || roleAllows(memberOf(organization, viewer.userId)?.role, task);
}

/** The one way to change an organization: decide on a version, and write only if it is still that version. */
@Injectable()
export class ChangeOrganization {
  constructor(
    private readonly organizations: OrganizationsRepository,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** A change by a member. Whether they may is decided on the same version as the change. */
  async byMember<F extends Failure>(
    viewer: Viewer | undefined,
    task: OrganizationTask,
    organizationId: string,
    decide: Decide<F>,
  ): Promise<Result<Organization, F | ChangeOrganizationFailure>> {
    const signedIn = requireViewer(viewer);
    if (!signedIn.ok) return signedIn;
    return this.execute<F | NotPermitted>(organizationId, (organization, now) =>
      isAllowed(organization, signedIn.value, task)
        ? decide(organization, now)
        : { organization, failure: notAllowed(task) },
    );
  }

  async execute<F extends Failure = never>(
    organizationId: string,
    decide: Decide<F>,
  ): Promise<Result<Organization, F | NotFound | RetryLater>> {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const before = await this.organizations.find(organizationId);
      if (!before) return fail(new NotFound('organization', organizationId));
      const now = this.clock.now();
      const { organization, fact, failure } = await decide(before, now);
      if (organization === before || (await this.organizations.save(before, organization, fact)))
        return failure ? fail(failure) : ok(organization);
    }
    return fail(
      new RetryLater('The organization is being changed by others, or its news cannot be sent just now.'),
    );
  }
}

/** A rule's result as a change; a failure changes nothing. */
export function asChange<F extends Failure>(
  before: Organization,
  result: Result<Organization, F>,
  fact?: OrganizationFactType,
): OrganizationChange<F> {
  return result.ok ? { organization: result.value, fact } : { organization: before, failure: result.failure };
}
