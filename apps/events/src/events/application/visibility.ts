import { isMember, type Viewer } from '#security';
import type { Event } from '../domain/event.ts';

/** To others than its organization's members, who see all of its events, a draft reads as if it did not exist. */
export function isVisible(event: Event, viewer: Viewer | undefined): boolean {
  return event.status !== 'DRAFT' || isMember(viewer, event.organizationId);
}
