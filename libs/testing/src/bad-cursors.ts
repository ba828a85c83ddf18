import type { GraphClient } from './graph-client.ts';

/** What no list gave for a cursor: no JSON, no key, keys of other shapes, and an instant that no date can hold. */
const BAD_CURSORS = [
  'made up',
  '',
  ...[null, {}, [], ['x', 'y', 'z'], [{ $gt: '' }, 'x'], [8.64e15 + 1, 'x'], [0.5, 'x']].map((key) =>
    Buffer.from(JSON.stringify(key)).toString('base64url'),
  ),
];

/** Asks a list for what comes after each bad cursor (`$after`). Those that it does not refuse by the argument's name. */
export async function badCursorsTaken(
  client: GraphClient,
  query: string,
  variables: Record<string, unknown> = {},
): Promise<string[]> {
  const taken: string[] = [];
  for (const after of BAD_CURSORS) {
    const [error] = (await client.ask(query, { ...variables, after })).errors ?? [];
    const isRefused = error?.extensions?.['code'] === 'INVALID_INPUT' && error.message.startsWith('after: ');
    if (!isRefused) taken.push(`${after}: ${error?.message ?? 'begins anew'}`);
  }
  return taken;
}
