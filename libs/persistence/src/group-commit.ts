import {
  type AnyClientBulkWriteModel,
  type ClientBulkWriteResult,
  type Document,
  MongoClient,
  MongoClientBulkWriteError,
  MongoInvalidArgumentError,
  MongoServerError,
} from 'mongodb';
import { outsideOfTraces } from '#observability';

/** Writes of one request at most: far below the 100,000 that MongoDB takes, and soon done. */
const MAX_TOGETHER = 200;
/** Requests under way at a time. With one, a single slow write would keep all others waiting. */
const REQUESTS_AT_ONCE = 2;

type Identified = Document & { _id: string };

/** An insert, or an update of one document. */
type Write = AnyClientBulkWriteModel<Identified> & { namespace: string };

interface Waiting {
  readonly write: Write;
  /** `matched`: whether an update found its document; true for an insert. */
  readonly resolve: (matched: boolean) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Writes of single documents, of all collections of a client, that share requests to MongoDB and waits for its journal.
 * A write that comes while nothing is under way goes at once; those that come meanwhile go together in the next
 * request. Each succeeds or fails by itself, as if it had been sent alone; their order within a request means nothing.
 *
 * Sent alone, a small update costs MongoDB 0.25 to 0.5 ms of CPU time, and its sender 0.15; of sixteen sent together,
 * each costs 0.09 and 0.02. Needs the command `bulkWrite`, of MongoDB 8.0: the older commands for many writes do not
 * tell which of the updates found their documents.
 */
export class GroupCommit {
  private static readonly byClient = new WeakMap<MongoClient, GroupCommit>();

  private waiting: Waiting[] = [];
  private requests = 0;

  private constructor(private readonly client: MongoClient) {}

  static of(client: MongoClient): GroupCommit {
    const known = this.byClient.get(client);
    if (known) return known;
    const made = new GroupCommit(client);
    this.byClient.set(client, made);
    return made;
  }

  /** False when an update found no document to change. @throws what the write throws when it is sent alone */
  write(write: Write): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ write, resolve, reject });
      if (this.waiting.length === 1) setImmediate(() => this.send());
    });
  }

  private send(): void {
    while (this.waiting.length > 0 && this.requests < REQUESTS_AT_ONCE) {
      const batch = this.waiting.splice(0, MAX_TOGETHER);
      this.requests++;
      void outsideOfTraces(() => this.sendTogether(batch)).finally(() => {
        this.requests--;
        this.send();
      });
    }
  }

  private async sendTogether(batch: readonly Waiting[]): Promise<void> {
    const writes = batch.map(({ write }) => write);
    try {
      const result = await this.client.bulkWrite<Record<string, Identified>>(writes, {
        ordered: false,
        verboseResults: true,
      });
      batch.forEach((one, place) => one.resolve(matchedAt(place, one.write, result) ?? true));
    } catch (error) {
      if (error instanceof MongoInvalidArgumentError && batch.length > 1) {
        // One of them cannot be sent at all; the others should not suffer for it.
        for (const one of batch) await this.sendTogether([one]);
      } else if (error instanceof MongoClientBulkWriteError) tellEach(batch, error);
      else for (const { reject } of batch) reject(error);
    }
  }
}

/** Undefined when nothing is known of that write. */
function matchedAt(place: number, write: Write, result: ClientBulkWriteResult): boolean | undefined {
  if (write.name === 'insertOne') return result.insertResults?.has(place) || undefined;
  const updated = result.updateResults?.get(place);
  return updated && (updated.matchedCount > 0 || updated.didUpsert);
}

function tellEach(batch: readonly Waiting[], error: MongoClientBulkWriteError): void {
  const { writeErrors, writeConcernErrors, partialResult, cause } = error;
  const [notDurable] = writeConcernErrors;
  batch.forEach(({ write, resolve, reject }, place) => {
    const refused = writeErrors.get(place);
    if (refused) return reject(new MongoServerError({ ...refused, errmsg: refused.message }));
    const matched = partialResult && matchedAt(place, write, partialResult);
    if (matched === undefined) return reject(cause ?? error);
    if (notDurable) return reject(new MongoServerError({ ...notDurable, errmsg: notDurable.message }));
    resolve(matched);
  });
}
