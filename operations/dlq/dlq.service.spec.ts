import { topic } from '#contracts';
import { DeadLetterBox, DeadLetters, FactProducer, KafkaNames, openKafka } from '#messaging';
import { createLogger } from '#observability';
import { eventually, FactLine, testSettings } from '#testing';
import { readCommand } from './arguments.ts';
import { run } from './commands.ts';

/** Real: Kafka, the box, the commands. The terminal is a list of what was said. */
const gates = topic('test.gates.v1', 'stream', []);
const doors = topic('test.doors.v1', 'stream', []);
const topics = [gates, doors];

const settings = testSettings();
const logger = createLogger('test', 'silent');
let line: FactLine;
let box: DeadLetterBox;

beforeAll(async () => {
  line = await FactLine.open(settings, topics);
  box = DeadLetterBox.open(settings, logger);
});

afterAll(async () => {
  await box?.close();
  await line?.close();
});

async function dlq(commandLine: string): Promise<{ said: string; complained: string }> {
  const command = readCommand(
    commandLine.split(' '),
    topics.map(({ name }) => name),
  );
  if (command.name === 'help') throw new Error('help needs no box');
  const said: string[] = [];
  const complained: string[] = [];
  const terminal = {
    say: (text: string) => void said.push(text),
    complain: (text: string) => void complained.push(text),
  };
  await run(command, box, topics, terminal);
  return { said: said.join('\n'), complained: complained.join('\n') };
}

async function park(values: readonly string[]): Promise<void> {
  const names = new KafkaNames(settings.KAFKA_TOPIC_PREFIX);
  const producer = new FactProducer(openKafka(settings, 'test', logger), names);
  const letters = new DeadLetters(producer, names);
  for (const [index, value] of values.entries()) {
    const message = {
      key: Buffer.from('gate 1'),
      value: Buffer.from(value),
      timestamp: '0',
      attributes: 0,
      offset: String(40 + index),
      headers: {},
    };
    await letters.park(gates, message, new Error('stuck\n\u001B[31mred'), 8);
  }
  await producer.onApplicationShutdown();
}

describe('npm run dlq', () => {
  it('says that nothing is parked; to a program it says nothing at all', async () => {
    expect(await dlq('list')).toEqual({ said: 'Nothing is parked.', complained: '' });
    expect(await dlq('list --json')).toEqual({ said: '', complained: 'Nothing is parked.' });
    expect((await dlq('replay test.gates.v1 --all')).said).toBe('Nothing is parked of test.gates.v1.');
  });

  it('lists, replays and drops', async () => {
    await park(['{"type":"GateOpened","id":"g-1"}', '{"type":"GateShut","id":"g-2"}', 'nonsense']);
    const { said } = await dlq('list');
    expect(said).toContain('test.gates.v1: 3 parked');
    expect(said).toContain('test.gates.v1#1  GateShut g-2\n    key gate 1, ');
    expect(said).toContain('8 tries\n    Error: stuck [31mred');
    expect(said).not.toContain('\u001B');
    expect((await dlq('list test.doors.v1')).said).toBe('Nothing is parked of test.doors.v1.');

    expect((await dlq('replay test.gates.v1 test.gates.v1#1')).said).toBe(
      'replayed test.gates.v1#1  GateShut g-2\n1 replayed, 2 parked in test.gates.v1.',
    );
    expect((await dlq('drop test.gates.v1 0 --yes')).said).toContain('1 dropped, 1 parked');

    const lines = (await dlq('list test.gates.v1 --json')).said.split('\n');
    expect(lines.map((text) => JSON.parse(text))).toEqual([
      {
        reference: 'test.gates.v1#2',
        topic: 'test.gates.v1',
        partition: 0,
        offset: 2,
        sourceOffset: 42,
        factType: null,
        factId: null,
        key: 'gate 1',
        parkedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
        tries: 8,
        reason: 'Error: stuck\n\u001B[31mred',
      },
    ]);
  });

  it('does nothing when one of the references is not parked', async () => {
    const copies = await line.collectDeadLetters(gates);
    await eventually(() => expect(copies.length).toBeGreaterThanOrEqual(5));
    await expect(dlq('drop test.gates.v1 2 1 9 --yes')).rejects.toThrow(
      'Not parked: test.gates.v1#1, test.gates.v1#9',
    );
    expect((await dlq('list')).said).toContain('test.gates.v1: 1 parked');
    expect(copies).toHaveLength(5);
  });
});
