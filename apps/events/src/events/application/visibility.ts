import { isAdmin, type Viewer } from '#security';
import type { Event } from '../domain/event.ts';

/** Whoever has a role in the organization, whichever it is, sees all of its events. */
export function isMember(viewer: Viewer | undefined, organizationId: string): boolean {
  return viewer !== undefined && (isAdmin(viewer) || Object.hasOwn(viewer.memberships, organizationId));
}

/** To others than its organization's members a draft reads as if it did not exist. */
export function isVisible(event: Event, viewer: Viewer | undefined): boolean {
  return event.status !== 'DRAFT' || isMember(viewer, event.organizationId);
}
