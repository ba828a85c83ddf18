import type { Kafka, KafkaMessage, TopicMessages } from 'kafkajs';
import { z } from 'zod';
import { fact, topic, type TopicContract } from '#contracts';
import { createLogger } from '#observability';
import { FactLine, testSettings } from '#testing';
import { readToEnd } from './bounded-reading.ts';
import { DeadLetterBox } from './dead-letter-box.ts';
import { DeadLetters } from './dead-letters.ts';
import { KafkaNames, openKafka } from './kafka.ts';
import { FactProducer } from './producer.ts';

/** Real: Kafka, topics, producer, the parking of facts. No service runs. */
const clicks = topic('test.clicks.v1', 'stream', [fact('Clicked', z.object({ n: z.int() }))], 3);
const lamps = topic('test.lamps.v1', 'state', [fact('LampSwitched', z.object({ lit: z.boolean() }))], 3);
const unused = topic('test.unused.v1', 'stream', []);

const settings = testSettings();
const names = new KafkaNames(settings.KAFKA_TOPIC_PREFIX);

let kafka: Kafka;
let producer: FactProducer;
let line: FactLine;
let box: DeadLetterBox;

beforeAll(async () => {
  line = await FactLine.open(settings, [clicks, lamps]);
  kafka = openKafka(settings, 'test', createLogger('test', 'silent'));
  producer = new FactProducer(kafka, names);
  box = new DeadLetterBox(kafka, names, producer);
});

afterAll(async () => {
  await box?.close();
  await line?.close();
});

async function messagesOf(from: TopicContract): Promise<KafkaMessage[]> {
  const messages: KafkaMessage[] = [];
  await readToEnd(kafka, names, [names.topic(from.name)], (_, message) => messages.push(message));
  return messages;
}

async function park(from: TopicContract, message: KafkaMessage): Promise<void> {
  await new DeadLetters(producer, names).park(from, message, new TypeError('no such row'), 8);
}

const references = async (...of: TopicContract[]): Promise<string[]> =>
  (await box.parked(of)).map(({ reference }) => reference);

/** Its process ends after so many requests: everything later fails, as far as Kafka can tell. */
class MortalProducer extends FactProducer {
  constructor(private requestsLeft: number) {
    super(kafka, names);
  }

  override async send(topicMessages: TopicMessages[]): Promise<void> {
    if (this.requestsLeft-- <= 0) throw new Error('killed');
    await super.send(topicMessages);
  }
}

describe('the dead-letter box', () => {
  it('is empty where nothing was parked, and where no topic exists', async () => {
    expect(await box.parked([clicks, lamps, unused])).toEqual([]);
  });

  it('tells what is parked, with its circumstances', async () => {
    const clicked = await line.publish(clicks, 'Clicked', { id: 'a', version: 0 }, { n: 1 });
    await line.raw(clicks, 'b', 'not a fact');
    const headers = { origin: 'turnstile' };
    await producer.send([
      { topic: names.topic(clicks.name), messages: [{ key: 'c', value: '{"n":3}', headers }] },
    ]);
    const sent = await messagesOf(clicks);
    for (const key of ['a', 'b', 'c'])
      await park(
        clicks,
        sent.find((one) => one.key?.toString() === key)!,
      );

    const letters = await box.parked([lamps, clicks]);
    expect(letters).toMatchObject([
      {
        reference: 'test.clicks.v1#0',
        factType: 'Clicked',
        factId: clicked.id,
        key: 'a',
        tries: 8,
        reason: 'TypeError: no such row',
        sourceOffset: sent.find((one) => one.key?.toString() === 'a')!.offset,
      },
      { reference: 'test.clicks.v1#1', factType: undefined, factId: undefined, key: 'b' },
      { reference: 'test.clicks.v1#2', key: 'c' },
    ]);
    expect(Math.abs(letters[0]!.parkedAt.getTime() - Date.now())).toBeLessThan(30_000);
  });

  it('replays one as it came, and no longer shows it', async () => {
    const before = await messagesOf(clicks);
    const [, , third] = await box.parked([clicks]);
    await box.replay([third!]);

    const known = new Set(before.map((one) => `${one.key?.toString()} ${one.offset}`));
    const added = (await messagesOf(clicks)).filter(
      (one) => !known.has(`${one.key?.toString()} ${one.offset}`),
    );
    expect(added).toHaveLength(1);
    expect(added[0]!.key?.toString()).toBe('c');
    expect(added[0]!.value?.toString()).toBe('{"n":3}');
    expect(Object.keys(added[0]!.headers ?? {})).toEqual(['origin']);
    expect(await references(clicks)).toEqual(['test.clicks.v1#0', 'test.clicks.v1#1']);
  });

  it('drops one without a word to the source topic', async () => {
    const before = await messagesOf(clicks);
    const [first] = await box.parked([clicks]);
    await box.drop([first!]);
    expect(await messagesOf(clicks)).toHaveLength(before.length);
    expect(await references(clicks)).toEqual(['test.clicks.v1#1']);
  });

  it('shows a fact again whose replay was killed before it was marked, and can replay it again', async () => {
    const before = await messagesOf(clicks);
    const letters = await box.parked([clicks]);
    const mortal = new MortalProducer(1);
    const dying = new DeadLetterBox(kafka, names, mortal);
    await expect(dying.replay(letters)).rejects.toThrow('killed');
    await dying.close();
    expect(await messagesOf(clicks)).toHaveLength(before.length + 1);
    expect(await references(clicks)).toEqual(['test.clicks.v1#1']);

    await box.replay(await box.parked([clicks]));
    expect(await messagesOf(clicks)).toHaveLength(before.length + 2);
    expect(await references(clicks)).toEqual([]);
  });

  it('parks a fact that fails again under a new reference', async () => {
    const [message] = await messagesOf(clicks);
    await park(clicks, message!);
    const [reference, ...others] = await references(clicks);
    expect(others).toEqual([]);
    expect(Number(reference!.split('#')[1])).toBeGreaterThan(2);
  });

  it('sends more than one batch, and all of it once', async () => {
    const [message] = await messagesOf(clicks);
    await box.drop(await box.parked([clicks]));
    await Promise.all(Array.from({ length: 250 }, () => park(clicks, message!)));
    const before = await messagesOf(clicks);
    const letters = await box.parked([clicks]);
    expect(letters).toHaveLength(250);
    await box.replay(letters);
    expect(await messagesOf(clicks)).toHaveLength(before.length + 250);
    expect(await references(clicks)).toEqual([]);
  });

  it('leaves the newest state of a key as the last, which is what compaction keeps', async () => {
    await line.publish(lamps, 'LampSwitched', { id: 'hall', version: 1 }, { lit: true });
    const newest = await line.publish(lamps, 'LampSwitched', { id: 'hall', version: 2 }, { lit: false });
    await line.publish(lamps, 'LampSwitched', { id: 'cellar', version: 1 }, { lit: true });
    const sent = await messagesOf(lamps);
    const ofHall = (all: KafkaMessage[]): KafkaMessage[] =>
      all.filter(({ key }) => key?.toString() === 'hall');
    for (const message of [ofHall(sent)[0]!, sent.find(({ key }) => key?.toString() === 'cellar')!])
      await park(lamps, message);

    await box.replay(await box.parked([lamps]));
    const after = await messagesOf(lamps);
    const versions = ofHall(after).map(({ value }) => JSON.parse(value!.toString()).aggregateVersion);
    expect(versions).toEqual([1, 2, 1, 2]);
    expect(JSON.parse(ofHall(after).at(-1)!.value!.toString())).toEqual(newest);
    expect(after.filter(({ key }) => key?.toString() === 'cellar')).toHaveLength(2);
    expect(await references(lamps)).toEqual([]);
  });
});
