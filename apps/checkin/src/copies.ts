import type { DeclaredCopy } from '#persistence';
import { eventCopies } from './copies/infrastructure/events.repository.ts';
import { signingKeyCopies } from './copies/infrastructure/signing-keys.repository.ts';
import { ticketCopies } from './copies/infrastructure/tickets.repository.ts';

/** What this service keeps of other services' aggregates, for the tools that check it or build it anew. */
export const copies: readonly DeclaredCopy[] = [eventCopies, ticketCopies, signingKeyCopies];
