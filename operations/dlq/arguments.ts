import { readCommandLine } from '../house/command-line.ts';
import { InvalidCommand } from '../house/tool.ts';

export const HELP = `npm run dlq -- COMMAND   facts that no retry could handle, parked in dead-letter topics

  list [TOPIC]              what is parked, in all topics or in one
    --json                  one JSON object a line (quiet with: npm run --silent dlq -- list --json)
  replay TOPIC REF…         publish these facts again; every service that reads the topic gets them
  replay TOPIC --all        the same with all that are parked
  drop TOPIC REF… --yes     give these facts up
  drop TOPIC --all --yes    the same with all that are parked
  help                      this text

  TOPIC is a name like tickets.orders.v1; REF is tickets.orders.v1#17 as the list shows it, or 17.

Kafka is found by KAFKA_BROKERS, else in the house that runs in this folder. It ends with 0, with 1 when Kafka could
not be asked, and with 2 when the command line is wrong.`;

/** Offsets in the dead-letter topic, or everything that is parked there. */
export type Selection = 'all' | readonly string[];

export type Command =
  | { readonly name: 'help' }
  | { readonly name: 'list'; readonly topic: string | undefined; readonly json: boolean }
  | { readonly name: 'replay' | 'drop'; readonly topic: string; readonly selection: Selection };

type Flags = ReturnType<typeof parse>['values'];
type Flag = keyof Flags;

/** @throws InvalidCommand naming what is unknown, missing or too much. */
export function readCommand(args: readonly string[], knownTopics: readonly string[]): Command {
  const { values, positionals } = parse(args);
  const [name, topic, ...references] = positionals;
  if (values.help === true || name === 'help') return { name: 'help' };
  switch (name) {
    case 'list':
      only(name, values, ['json']);
      if (references.length > 0)
        throw new InvalidCommand(`list shows one topic or all; "${references[0]}" is too much.`);
      return {
        name,
        topic: topic === undefined ? undefined : known(topic, knownTopics),
        json: values.json === true,
      };
    case 'replay':
    case 'drop': {
      only(name, values, name === 'drop' ? ['all', 'yes'] : ['all']);
      if (topic === undefined)
        throw new InvalidCommand(`${name} needs a topic; list shows where facts are parked.`);
      const selection = selectionOf(name, known(topic, knownTopics), references, values.all === true);
      if (name === 'drop' && values.yes !== true)
        throw new InvalidCommand('Nobody will ever handle what is dropped: say --yes if that is meant.');
      return { name, topic, selection };
    }
    case undefined:
      throw new InvalidCommand(`A command is missing.\n\n${HELP}`);
    default:
      throw new InvalidCommand(`There is no command "${name}"; there are list, replay, drop and help.`);
  }
}

function parse(args: readonly string[]) {
  return readCommandLine({
    args: [...args],
    allowPositionals: true,
    options: {
      all: { type: 'boolean' },
      yes: { type: 'boolean' },
      json: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
}

function only(command: string, flags: Flags, allowed: readonly Flag[]): void {
  const foreign = Object.keys(flags).find((flag) => !allowed.some((one) => one === flag));
  if (foreign !== undefined) throw new InvalidCommand(`--${foreign} means nothing to ${command}.`);
}

function known(topic: string, knownTopics: readonly string[]): string {
  if (knownTopics.includes(topic)) return topic;
  throw new InvalidCommand(`There is no topic "${topic}"; there are ${knownTopics.join(', ')}.`);
}

function selectionOf(command: string, topic: string, references: readonly string[], all: boolean): Selection {
  if (all && references.length > 0)
    throw new InvalidCommand(`${command} takes references or --all, not both.`);
  if (all) return 'all';
  if (references.length === 0)
    throw new InvalidCommand(`${command} needs the references of facts as the list shows them, or --all.`);
  return [...new Set(references.map((reference) => offsetOf(topic, reference)))];
}

/** Offsets fit into 19 digits (a signed 64-bit number). */
function offsetOf(topic: string, reference: string): string {
  const [, named, digits] = /^(?:([^#]*)#)?(\d{1,19})$/.exec(reference) ?? [];
  if (digits === undefined)
    throw new InvalidCommand(`"${reference}" is no reference; one looks like ${topic}#17.`);
  if (named && named !== topic) throw new InvalidCommand(`${reference} is not of ${topic}.`);
  return String(BigInt(digits));
}
