import type { MemberRole, Role } from '#contracts';
import { NotPermitted, NotSignedIn, fail, ok, type Result } from '#kernel';

/** Who asks, as their verified access token says. */
export interface Viewer {
  readonly userId: string;
  readonly name: string;
  readonly email: string;
  readonly roles: readonly Role[];
  /** Role in each organization, by organization id. */
  readonly memberships: Readonly<Record<string, MemberRole>>;
  readonly sessionId: string;
}

export function isAdmin(viewer: Viewer): boolean {
  return viewer.roles.includes('ADMIN');
}

/** What each member role may do, from the widest to the narrowest. */
const ALLOWED: Record<OrganizationTask, readonly MemberRole[]> = {
  MANAGE_ORGANIZATION: ['OWNER'],
  MANAGE_DEVICES: ['OWNER', 'MANAGER'],
  MANAGE_EVENTS: ['OWNER', 'MANAGER'],
  REFUND: ['OWNER', 'MANAGER'],
  ISSUE_COMPLIMENTARY: ['OWNER', 'MANAGER'],
  SELL_AT_DOOR: ['OWNER', 'MANAGER', 'BOX_OFFICE'],
  WATCH_SALES: ['OWNER', 'MANAGER', 'BOX_OFFICE'],
  SCAN: ['OWNER', 'MANAGER', 'BOX_OFFICE', 'SCANNER'],
};

export type OrganizationTask =
  /** Its name, its members and their roles, its invitations. */
  | 'MANAGE_ORGANIZATION'
  /** Registering and revoking scanner devices. */
  | 'MANAGE_DEVICES'
  | 'MANAGE_EVENTS'
  | 'REFUND'
  /** Giving tickets away. */
  | 'ISSUE_COMPLIMENTARY'
  /** Selling tickets for money that is taken at the door. */
  | 'SELL_AT_DOOR'
  | 'WATCH_SALES'
  | 'SCAN';

export const ORGANIZATION_TASKS = Object.keys(ALLOWED) as readonly OrganizationTask[];

/** Whether a member of this role may do the task. Undefined is the role of who is no member. */
export function roleAllows(role: MemberRole | undefined, task: OrganizationTask): boolean {
  return role !== undefined && ALLOWED[task].includes(role);
}

export function mayDo(viewer: Viewer | undefined, task: OrganizationTask, organizationId: string): boolean {
  if (!viewer) return false;
  if (isAdmin(viewer)) return true;
  return roleAllows(viewer.memberships[organizationId], task);
}

/** Whoever has a role in the organization, whichever it is; and admins. */
export function isMember(viewer: Viewer | undefined, organizationId: string): boolean {
  return viewer !== undefined && (isAdmin(viewer) || Object.hasOwn(viewer.memberships, organizationId));
}

export function notAllowed(task: OrganizationTask): NotPermitted {
  return new NotPermitted(
    `This needs a member of the organization whose role is ${ALLOWED[task].join(' or ')}.`,
  );
}

export function requireViewer(viewer: Viewer | undefined): Result<Viewer, NotSignedIn> {
  return viewer ? ok(viewer) : fail(new NotSignedIn());
}

/** The viewer, if a member of the organization whose role allows the task. */
export function requireTask(
  viewer: Viewer | undefined,
  task: OrganizationTask,
  organizationId: string,
): Result<Viewer, NotSignedIn | NotPermitted> {
  if (!viewer) return fail(new NotSignedIn());
  if (mayDo(viewer, task, organizationId)) return ok(viewer);
  return fail(notAllowed(task));
}
