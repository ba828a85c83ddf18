import type { Difference } from './comparison.ts';
import type { RebuiltCopy } from './rebuild-copy.ts';

const SHOWN = 20;

/** For people: a line for each copy, and under it what differs. */
export function asText(service: string, copies: readonly RebuiltCopy[]): string {
  if (copies.length === 0) return `${service} copies nothing.`;
  return copies.flatMap((copy) => [headline(service, copy), ...details(copy)]).join('\n');
}

/** Without its indentation: for a list that has its own. */
export function describe(difference: Difference): string {
  const { kind, id } = difference;
  switch (kind) {
    case 'MISSING':
      return `${id} is missing (version ${difference.version})`;
    case 'EXTRA':
      return `${id} is in the copy, and no fact speaks of it (version ${difference.copy.version})`;
    case 'STALE':
      return `${id} is stale: version ${difference.has}, the newest fact has ${difference.newest}`;
    case 'AHEAD':
      return `${id} has version ${difference.has}, the newest fact only ${difference.newest}`;
    case 'CHANGED':
      return `${id} differs from its fact (version ${difference.version})`;
  }
}

function headline(
  service: string,
  { collection, topic, facts, same, different, mended }: RebuiltCopy,
): string {
  const outcome =
    different === 0
      ? `${same} documents, all the same`
      : `${same} documents the same, ${different} different${mended > 0 ? `, ${mended} mended` : ''}`;
  return `${different === mended ? '✓' : '✗'} ${service}.${collection} from ${topic} (${facts} facts): ${outcome}`;
}

function details({ differences, different, outlived, unreadable }: RebuiltCopy): string[] {
  const lines = differences.slice(0, SHOWN).map((difference) => `    ${describe(difference)}`);
  if (different > SHOWN) lines.push(`    … and ${different - SHOWN} more`);
  if (outlived > 0) lines.push(`    ${outlived} are parts that their aggregates have no more`);
  if (unreadable > 0) lines.push(`    ${unreadable} messages are no readable facts: npm run dlq -- list`);
  return lines;
}
