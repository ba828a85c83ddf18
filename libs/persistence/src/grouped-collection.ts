import DataLoader from 'dataloader';
import type {
  Collection,
  Db,
  Document,
  Filter,
  OptionalUnlessRequiredId,
  UpdateFilter,
  WithId,
} from 'mongodb';
import { inPartSpan, outsideOfTraces } from '#observability';
import { GroupCommit } from './group-commit.ts';

/** Documents that one query reads at most. */
const MAX_TOGETHER = 200;

/**
 * Operations on single documents of a collection, which share round trips with others of the same moment: writes by
 * {@link GroupCommit}, reads by one query for many ids. Alone, an operation is as quick as the driver's own.
 */
export class GroupedCollection<D extends Document & { _id: string }> {
  private readonly commit: GroupCommit;
  private readonly collection: Collection<D>;
  private readonly namespace: string;
  private readonly reads: DataLoader<string, WithId<D> | undefined>;
  private reading = false;
  private readonly readers: (() => void)[] = [];

  constructor(db: Db, name: string) {
    this.commit = GroupCommit.of(db.client);
    this.collection = db.collection<D>(name);
    this.namespace = this.collection.namespace;
    this.reads = new DataLoader((ids) => this.read(ids), {
      cache: false,
      maxBatchSize: MAX_TOGETHER,
      batchScheduleFn: (read) => this.schedule(read),
    });
  }

  /** @throws a duplicate key error, and whatever `Collection.insertOne` throws */
  async insertOne(document: OptionalUnlessRequiredId<D>): Promise<void> {
    await this.traced('insert', () =>
      this.commit.write({ name: 'insertOne', namespace: this.namespace, document }),
    );
  }

  /** True when the filter found the document, or when it was inserted. */
  async updateOne(
    filter: Filter<D> & { _id: string },
    update: UpdateFilter<D>,
    { upsert = false } = {},
  ): Promise<boolean> {
    const write = {
      name: 'updateOne',
      namespace: this.namespace,
      filter: filter as Filter<Document & { _id: string }>,
      update: update as UpdateFilter<Document & { _id: string }>,
      upsert,
    } as const;
    return this.traced('update', () => this.commit.write(write));
  }

  /** What is stored at the time of the call, or later. */
  findById(id: string): Promise<WithId<D> | undefined> {
    return this.traced('find', () => this.reads.load(id));
  }

  /** A span for each operation, as its caller sees it: the request that it goes in belongs to many. */
  private traced<T>(operation: string, work: () => Promise<T>): Promise<T> {
    const { dbName, collectionName } = this.collection;
    const attributes = {
      'db.system.name': 'mongodb',
      'db.namespace': dbName,
      'db.operation.name': operation,
      'db.collection.name': collectionName,
    };
    return inPartSpan(`mongodb ${operation} ${collectionName}`, attributes, work);
  }

  private async read(ids: readonly string[]): Promise<(WithId<D> | undefined)[]> {
    try {
      const wanted = { _id: { $in: [...new Set(ids)] } } as unknown as Filter<D>;
      const found = await outsideOfTraces(() => this.collection.find(wanted).toArray());
      const byId = new Map<string, WithId<D>>(found.map((document) => [document._id, document]));
      return ids.map((id) => byId.get(id));
    } finally {
      this.reading = false;
      this.readers.shift()?.();
    }
  }

  /** One query at a time: those who come meanwhile go together in the next. */
  private schedule(read: () => void): void {
    const start = (): void => {
      this.reading = true;
      read();
    };
    if (this.reading || this.readers.length > 0) this.readers.push(start);
    else setImmediate(start);
  }
}
