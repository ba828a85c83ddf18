import type { Collection, Document } from 'mongodb';
import { type Fact, type TopicContract, topics } from '#contracts';
import { copyFacts, type VersionedCopy } from '#persistence';
import { FactLine, testSettings } from '#testing';
import { House } from '../house/house.ts';
import { SERVICES, type ServiceName } from '../house/services.ts';
import { declaredCopies } from '../rebuild/declared-copies.ts';
import { intentsOf } from '../verify/provider-books.ts';
import { total } from './purchase/contents.ts';
import { documentsOfPurchase } from './purchase/documents.ts';
import { publishPurchase } from './purchase/facts.ts';
import { BUYER, EVENT, HOLD, INTENT, ORDER, SOLD_HOLD, TYPE } from './purchase/ids.ts';

/** A small house in which every invariant holds, on the real engines; its services are played. */
export class SoundHouse {
  private readonly facts = new Map<TopicContract, Fact[]>();

  private constructor(
    readonly house: House,
    readonly line: FactLine,
  ) {}

  static async open(): Promise<SoundHouse> {
    const settings = testSettings();
    const line = await FactLine.open(settings, topics);
    const sound = new SoundHouse(await House.open(settings), line);
    await sound.publish();
    await sound.furnish();
    return sound;
  }

  /** Puts every document and key as it should be, whatever was done to them. */
  async furnish(): Promise<void> {
    await this.empty();
    for (const [service, collections] of Object.entries(documentsOfPurchase()))
      for (const [collection, contents] of Object.entries(collections))
        await this.collection(service as ServiceName, collection).insertMany(contents);
    const orders = this.collection('tickets', 'orders');
    await orders.createIndex({ holdId: 1 }, { unique: true, name: 'hold' });
    await orders.createIndex({ buyerId: 1, idempotencyKey: 1 }, { unique: true, name: 'idempotencyKey' });
    const sales = this.collection('tickets', 'sales_log');
    await sales.createIndex({ eventId: 1, seq: 1 }, { unique: true, name: 'place' });
    await sales.createIndex({ at: 1 }, { name: 'kept', expireAfterSeconds: 30 * 86_400 });
    await this.intents().insertOne({ _id: INTENT, orderId: ORDER, amount: total, status: 'CAPTURED' });
    for (const service of SERVICES)
      for (const declared of await declaredCopies(service))
        await copyFacts(
          this.house.database(service).collection<VersionedCopy>(declared.collection),
          declared,
          this.facts.get(declared.topic) ?? [],
        );
    await this.furnishStock();
  }

  /** Without dropping anything: making a collection anew costs a hundred times as much as emptying it. */
  private async empty(): Promise<void> {
    for (const db of (await this.house.databases()).values())
      for (const { name } of await db.listCollections({}, { nameOnly: true }).toArray())
        await db.collection(name).deleteMany({});
  }

  collection(service: ServiceName, name: string) {
    return this.house.database(service).collection<Document & { _id: string }>(name);
  }

  /** Of the built-in provider. */
  intents() {
    return intentsOf(this.house) as unknown as Collection<Document & { _id: string }>;
  }

  key(part: 'sale' | 'holds' | 'deadlines' | 'seats'): string {
    return `{event:${EVENT}}:${part}`;
  }

  private keys(): string[] {
    return (['sale', 'holds', 'deadlines', 'seats'] as const).map((part) => this.key(part));
  }

  async close(): Promise<void> {
    for (const db of (await this.house.databases()).values()) await db.dropDatabase();
    await this.house.redis.unlink(...this.keys());
    await this.line.close();
    await this.house.close();
  }

  private async publish(): Promise<void> {
    const publish = async (...[topic, type, aggregate, payload]: Parameters<FactLine['publish']>) => {
      const fact = await this.line.publish(topic, type, aggregate, payload);
      this.facts.set(topic, [...(this.facts.get(topic) ?? []), fact]);
    };
    await publishPurchase(publish);
  }

  /** 10 = 7 free + 1 held + 2 sold. */
  private async furnishStock(): Promise<void> {
    const { redis } = this.house;
    const generation = /^run_id:(\w+)/m.exec(await redis.info('server'))?.[1] ?? '';
    const deadline = Date.now() + 600_000;
    const hold = (status: string, quantity: number, ...places: number[]): string =>
      JSON.stringify({
        status,
        deadline,
        account: BUYER,
        lines: [{ ticketTypeId: TYPE, quantity, amount: 1_000, seats: places.map((at) => ({ at })) }],
        total: quantity * 1_000,
      });
    await redis.unlink(...this.keys());
    await redis.set(this.key('seats'), 'TTHFFFFFFF');
    await redis.hset(this.key('sale'), { generation, types: JSON.stringify([TYPE]), [`free:${TYPE}`]: 7 });
    await redis.hset(this.key('holds'), { [HOLD]: hold('HELD', 1, 2), [SOLD_HOLD]: hold('SOLD', 2, 0, 1) });
    await redis.zadd(this.key('deadlines'), deadline, HOLD, deadline, SOLD_HOLD);
  }
}
