import type { DeclaredCopy } from '#persistence';
import { orderCopies } from './payments/infrastructure/orders.repository.ts';

/** What this service keeps of other services' aggregates, for the tools that check it or build it anew. */
export const copies: readonly DeclaredCopy[] = [orderCopies];
