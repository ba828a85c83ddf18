import type { Clock } from '#kernel';
import { gauge, type Reading } from '#observability';
import type { GroupedCollection } from '#persistence';
import type { Outboxed } from './outbox.ts';

const waiting = gauge('tessera_outbox_documents', 'Documents with facts that are not on Kafka yet', [
  'collection',
]);
const oldest = gauge('tessera_outbox_oldest_seconds', 'Age of the oldest document with waiting facts', [
  'collection',
]);

/** Beyond it, the exact number matters to nobody and would cost a long walk through the index. */
const MAX_COUNTED = 10_000;

/** What waits in the outboxes of a service: all of it, whichever process wrote it. Reads the relay's partial index only. */
export class OutboxBacklog implements Reading {
  constructor(
    private readonly watched: ReadonlyMap<string, { readonly documents: GroupedCollection<Outboxed> }>,
    private readonly clock: Clock,
  ) {}

  async read(): Promise<void> {
    for (const [name, { documents }] of this.watched) {
      const waits = { outboxAt: { $exists: true } };
      const first = await documents.whole.findOne(waits, {
        projection: { outboxAt: 1 },
        sort: { outboxAt: 1 },
      });
      const count = first ? await documents.whole.countDocuments(waits, { limit: MAX_COUNTED }) : 0;
      const since = first?.outboxAt?.getTime() ?? this.clock.now().getTime();
      waiting.set({ collection: name }, count);
      oldest.set({ collection: name }, Math.max(0, this.clock.now().getTime() - since) / 1_000);
    }
  }

  forget(): void {
    waiting.reset();
    oldest.reset();
  }
}
