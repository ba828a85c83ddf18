import type {
  Collection,
  Db,
  Document,
  Filter,
  OptionalUnlessRequiredId,
  UpdateFilter,
  WithId,
} from 'mongodb';
import { inPartSpan } from '#observability';
import { GroupCommit } from './group-commit.ts';
import { GroupedKeys } from './grouped.ts';

/**
 * A collection whose operations on single documents share round trips with others of the same moment: writes by
 * {@link GroupCommit}, reads by one query for many ids. Alone, an operation is as quick as the driver's own. What
 * concerns more than one document is asked of the {@link whole}.
 */
export class GroupedCollection<D extends Document & { _id: string }> {
  /** The driver's collection. */
  readonly whole: Collection<D>;
  private readonly commit: GroupCommit;
  private readonly reads: GroupedKeys<WithId<D>>;

  constructor(db: Db, name: string) {
    this.commit = GroupCommit.of(db.client);
    this.whole = db.collection<D>(name);
    this.reads = new GroupedKeys(async (ids) => {
      const wanted = { _id: { $in: [...ids] } } as unknown as Filter<D>;
      const found = await this.whole.find(wanted).toArray();
      return new Map(found.map((document): [string, WithId<D>] => [document._id, document]));
    });
  }

  /** @throws a duplicate key error, and whatever `Collection.insertOne` throws */
  async insertOne(document: OptionalUnlessRequiredId<D>): Promise<void> {
    await this.traced('insert', () =>
      this.commit.write({ name: 'insertOne', namespace: this.whole.namespace, document }),
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
      namespace: this.whole.namespace,
      filter: filter as Filter<Document & { _id: string }>,
      update: update as UpdateFilter<Document & { _id: string }>,
      upsert,
    } as const;
    return this.traced('update', () => this.commit.write(write));
  }

  /** What is stored at the time of the call, or later. */
  findById(id: string): Promise<WithId<D> | undefined> {
    return this.traced('find', () => this.reads.of(id));
  }

  /** A span for each operation, as its caller sees it: the request that it goes in belongs to many. */
  private traced<T>(operation: string, work: () => Promise<T>): Promise<T> {
    const { dbName, collectionName } = this.whole;
    const attributes = {
      'db.system.name': 'mongodb',
      'db.namespace': dbName,
      'db.operation.name': operation,
      'db.collection.name': collectionName,
    };
    return inPartSpan(`mongodb ${operation} ${collectionName}`, attributes, work);
  }
}
