import type { Collection } from 'mongodb';
import type { House } from '../house/house.ts';
import type { IntentDocument, PaymentDocument } from './documents.ts';

/** The built-in provider keeps books of its own, in a database beside that of payments. */
export function intentsOf(house: House): Collection<IntentDocument> {
  return house.mongo.db(`${house.database('payments').databaseName}_test_provider`).collection('intents');
}

/**
 * What the built-in provider's own books say of payments, by the ids of their intents. Other providers are elsewhere, and
 * so are their books: those of their payments are not among these.
 */
export async function providerBooks(
  house: House,
  payments: readonly Pick<PaymentDocument, 'intentId'>[],
): Promise<Map<string, IntentDocument>> {
  const ids = payments.flatMap(({ intentId }) => intentId ?? []);
  const projection = { status: 1, amount: 1, refunded: 1 };
  const found = await intentsOf(house)
    .find({ _id: { $in: ids } }, { projection })
    .toArray();
  return new Map(found.map((intent) => [intent._id, intent]));
}
