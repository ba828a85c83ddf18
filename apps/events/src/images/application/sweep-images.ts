import { Inject, Injectable } from '@nestjs/common';
import { EventsRepository } from '../../events/infrastructure/events.repository.ts';
import { IMAGE_STORE, type ImageStore } from './image-store.ts';

/** Far longer than an address for an upload is open: what is older belongs to an event by now, or never will. */
const UNTOUCHED_FOR_MS = 3_600_000;
/** Images that the database is asked for at once. */
const BATCH = 500;
/** Images that are remembered from one sweep to the next. More are left to later sweeps. */
const MAX_SUSPECTS = 10_000;

/**
 * Removes images that no event shows: of uploads that a crash cut off, or that were taken from their event. An image goes
 * when two sweeps in a row find it so, since an event may just be being copied with its images.
 */
@Injectable()
export class SweepImages {
  private suspects: ReadonlySet<string> = new Set();

  constructor(
    private readonly events: EventsRepository,
    @Inject(IMAGE_STORE) private readonly store: ImageStore,
  ) {}

  /** Gives the number of images removed. */
  async execute(now: Date): Promise<number> {
    const before = new Date(now.getTime() - UNTOUCHED_FOR_MS);
    await this.store.removeUnkept(before);
    const unshown = new Set<string>();
    let removed = 0;
    for await (const batch of batchesOf(this.store.storedBefore(before))) {
      const shown = await this.events.imagesShown(batch);
      for (const imageId of batch.filter((one) => !shown.has(one))) {
        if (this.suspects.has(imageId)) {
          await this.store.remove(imageId);
          removed++;
        } else if (unshown.size < MAX_SUSPECTS) unshown.add(imageId);
      }
    }
    this.suspects = unshown;
    return removed;
  }
}

async function* batchesOf(ids: AsyncIterable<string>): AsyncGenerator<string[]> {
  let batch: string[] = [];
  for await (const id of ids) {
    batch.push(id);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
