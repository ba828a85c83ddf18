import { randomBytes } from 'node:crypto';
import type { Kafka, KafkaMessage } from 'kafkajs';
import type { Collection, Db } from 'mongodb';
import { type Fact, parseFact } from '#contracts';
import { extentsOf, type KafkaNames, readExtents } from '#messaging';
import { copyFacts, type DeclaredCopy, type VersionedCopy } from '#persistence';

/** Shadow collections begin so; those that a killed tool left behind are in nobody's way, and no backup takes them. */
export const SHADOW_PREFIX = 'rebuild_';

/** A copy built anew beside the one in use, from the facts on Kafka alone, through the same declaration. */
export class Shadow {
  readonly documents: Collection<VersionedCopy>;
  /** Newest version of each aggregate whose parts are copied: what says that a part is gone. */
  private readonly newestVersions = new Map<string, number>();
  /** Messages that the service's consumer parks as well: they make no copies. */
  unreadable = 0;
  facts = 0;

  private constructor(
    private readonly kafka: Kafka,
    private readonly names: KafkaNames,
    db: Db,
    private readonly declared: DeclaredCopy,
  ) {
    const name = `${SHADOW_PREFIX}${declared.collection}_${randomBytes(4).toString('hex')}`;
    this.documents = db.collection(name);
  }

  static async build(kafka: Kafka, names: KafkaNames, db: Db, declared: DeclaredCopy): Promise<Shadow> {
    const shadow = new Shadow(kafka, names, db, declared);
    try {
      await shadow.catchUp();
      return shadow;
    } catch (error) {
      await shadow.drop();
      throw error;
    }
  }

  /** Reads the topic from its first offset to where it ends just now. Repeating it changes only what is newer. */
  async catchUp(): Promise<void> {
    this.unreadable = 0;
    this.facts = 0;
    const extents = await extentsOf(this.kafka, [this.names.topic(this.declared.topic.name)]);
    await readExtents(this.kafka, this.names, extents, (_, messages) => this.take(messages));
  }

  /** The facts speak of a newer version of the aggregate, in which this document has no place any more. */
  isOutlived(copy: VersionedCopy): boolean {
    const aggregate = this.declared.aggregateOf?.(copy);
    return aggregate !== undefined && (this.newestVersions.get(aggregate) ?? 0) > copy.version;
  }

  async drop(): Promise<void> {
    await this.documents.drop();
  }

  private async take(messages: readonly KafkaMessage[]): Promise<void> {
    const facts = messages.flatMap((message) => this.parse(message));
    this.facts += facts.length;
    if (this.declared.aggregateOf)
      for (const { aggregateId, aggregateVersion } of facts)
        this.newestVersions.set(
          aggregateId,
          Math.max(aggregateVersion, this.newestVersions.get(aggregateId) ?? 0),
        );
    await copyFacts(this.documents, this.declared, facts);
  }

  private parse({ value }: KafkaMessage): Fact[] {
    if (value === null) return [];
    try {
      const fact = parseFact(this.declared.topic, value.toString());
      return fact ? [fact] : [];
    } catch {
      this.unreadable++;
      return [];
    }
  }
}
