import type { DeclaredCopy } from '#persistence';
import { ticketTypeCopies } from './ticket-types/infrastructure/ticket-types.repository.ts';

/** What this service keeps of other services' aggregates, for the tools that check it or build it anew. */
export const copies: readonly DeclaredCopy[] = [ticketTypeCopies];
