import type { Collection } from 'mongodb';
import type { House } from '../house/house.ts';
import type { IntentDocument } from './documents.ts';

/**
 * The built-in provider keeps books of its own, in a database beside that of payments. Other providers are elsewhere, and
 * so are their books: those of their payments are not among these.
 */
export function intentsOf(house: House): Collection<IntentDocument> {
  return house.mongo.db(`${house.database('payments').databaseName}_test_provider`).collection('intents');
}
