import type { TopicContract } from '#contracts';
import type { DeadLetter, DeadLetterBox } from '#messaging';
import { InvalidCommand } from '../house/tool.ts';
import type { Command, Selection } from './arguments.ts';
import { asJsonLines, asText, nameOf } from './listing.ts';
import type { Terminal } from '../house/terminal.ts';

type BoxCommand = Exclude<Command, { name: 'help' }>;

/** @throws InvalidCommand when a reference names nothing that is parked; then nothing at all is done. */
export async function run(
  command: BoxCommand,
  box: DeadLetterBox,
  topics: readonly TopicContract[],
  terminal: Terminal,
): Promise<void> {
  const asked = topics.filter(({ name }) => command.topic === undefined || name === command.topic);
  const parked = await box.parked(asked);
  if (command.name === 'list') return list(command, parked, terminal);

  const chosen = choose(parked, command.topic, command.selection);
  if (chosen.length === 0) return terminal.say(nothingIn(command.topic));
  await (command.name === 'replay' ? box.replay(chosen) : box.drop(chosen));
  const done = command.name === 'replay' ? 'replayed' : 'dropped';
  const left = parked.length - chosen.length;
  terminal.say(chosen.map((letter) => `${done} ${nameOf(letter)}`).join('\n'));
  terminal.say(`${chosen.length} ${done}, ${left} parked in ${command.topic}.`);
}

function list(
  { topic, json }: Extract<BoxCommand, { name: 'list' }>,
  parked: readonly DeadLetter[],
  terminal: Terminal,
): void {
  if (parked.length === 0) return json ? terminal.complain(nothingIn(topic)) : terminal.say(nothingIn(topic));
  terminal.say(json ? asJsonLines(parked) : asText(parked));
}

function choose(parked: readonly DeadLetter[], topic: string, selection: Selection): readonly DeadLetter[] {
  if (selection === 'all') return parked;
  const missing = selection.filter((offset) => !parked.some((letter) => letter.offset === offset));
  if (missing.length > 0) {
    const named = missing.map((offset) => `${topic}#${offset}`).join(', ');
    throw new InvalidCommand(
      `Not parked: ${named} (replayed or dropped already, or never there). Nothing was done; list shows what is parked.`,
    );
  }
  return parked.filter(({ offset }) => selection.includes(offset));
}

function nothingIn(topic: string | undefined): string {
  return topic === undefined ? 'Nothing is parked.' : `Nothing is parked of ${topic}.`;
}
