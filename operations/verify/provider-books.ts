import type { House } from '../house/house.ts';
import type { IntentDocument, PaymentDocument } from './documents.ts';

/**
 * What the built-in provider's own books say of payments, by the ids of their intents. Other providers are elsewhere, and
 * so are their books: those of their payments are not among these.
 */
export async function providerBooks(
  house: House,
  payments: readonly Pick<PaymentDocument, 'intentId'>[],
): Promise<Map<string, IntentDocument>> {
  const intents = house.mongo
    .db(`${house.database('payments').databaseName}_test_provider`)
    .collection<IntentDocument>('intents');
  const ids = payments.flatMap(({ intentId }) => intentId ?? []);
  const projection = { status: 1, amount: 1, refunded: 1 };
  const found = await intents.find({ _id: { $in: ids } }, { projection }).toArray();
  return new Map(found.map((intent) => [intent._id, intent]));
}
