import type { DeadLetter } from '#messaging';

/** A list for people: each topic with its count, and under it its facts. */
export function asText(letters: readonly DeadLetter[]): string {
  const topics = Map.groupBy(letters, ({ topic }) => topic.name);
  return [...topics]
    .map(([topic, parked]) => [`${topic}: ${parked.length} parked`, ...parked.map(entryOf)].join('\n'))
    .join('\n\n');
}

/** A list for programs: one JSON object a line. */
export function asJsonLines(letters: readonly DeadLetter[]): string {
  return letters.map((letter) => JSON.stringify(recordOf(letter))).join('\n');
}

export function nameOf({ reference, factType, factId }: DeadLetter): string {
  return `${reference}  ${plain(factType ?? 'not a readable fact')}${factId ? ` ${plain(factId)}` : ''}`;
}

function entryOf(letter: DeadLetter): string {
  const { key, parkedAt, tries, reason } = letter;
  const circumstances = [
    `key ${key === null ? 'none' : plain(key)}`,
    parkedAt.toISOString(),
    tries === 1 ? '1 try' : `${tries} tries`,
  ];
  return `  ${nameOf(letter)}\n    ${circumstances.join(', ')}\n    ${plain(reason)}`;
}

function recordOf({ topic, factType, factId, parkedAt, ...letter }: DeadLetter) {
  return {
    reference: letter.reference,
    topic: topic.name,
    partition: 0,
    offset: Number(letter.offset),
    sourceOffset: Number(letter.sourceOffset),
    factType: factType ?? null,
    factId: factId ?? null,
    key: letter.key,
    parkedAt: parkedAt.toISOString(),
    tries: letter.tries,
    reason: letter.reason,
  };
}

/** What stands in a fact or an error is anybody's text: on one line, and without commands to the terminal. */
function plain(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ').trim();
}
