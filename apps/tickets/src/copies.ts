import type { DeclaredCopy } from '#persistence';
import { eventCopies } from './events/infrastructure/event-copies.repository.ts';
import { priceCopies } from './events/infrastructure/price-copies.repository.ts';
import { organizationCopies } from './members/infrastructure/organization-copies.repository.ts';
import { sectionCopies } from './seats/infrastructure/section-copies.repository.ts';

/** What this service keeps of other services' aggregates, for the tools that check it or build it anew. */
export const copies: readonly DeclaredCopy[] = [eventCopies, priceCopies, sectionCopies, organizationCopies];
