import { readFileSync } from 'node:fs';
import { reasonOf } from './graph/client.ts';

const DEFAULT_ADDRESS = 'http://127.0.0.1:4000';
/** Where a house that was started in this folder writes down its address. */
const HOUSE_FILE = '.tessera/house.json';
const ANSWER_LIMIT_MS = 5_000;

/** Nothing that speaks GraphQL answers at the address. */
export class NobodyHome extends Error {
  override readonly name = 'NobodyHome';
}

/** The address that was asked for, else the one of the environment, else of the house in this folder, else the usual. */
export function findAddress(wished: string | undefined, environment: NodeJS.ProcessEnv): string {
  const address = wished ?? environment['TESSERA_URL'] ?? addressOfHouse() ?? DEFAULT_ADDRESS;
  return address.replace(/\/+$/, '');
}

function addressOfHouse(): string | undefined {
  try {
    const house: unknown = JSON.parse(readFileSync(HOUSE_FILE, 'utf8'));
    const isRecord = typeof house === 'object' && house !== null && 'url' in house;
    return isRecord && typeof house.url === 'string' ? house.url : undefined;
  } catch {
    return undefined;
  }
}

/** @throws NobodyHome naming the cure. */
export async function knock(address: string): Promise<void> {
  try {
    const response = await fetch(`${address}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ __typename }' }),
      signal: AbortSignal.timeout(ANSWER_LIMIT_MS),
    });
    if (response.ok) return;
    throw new Error(`HTTP ${response.status}`);
  } catch (error) {
    throw new NobodyHome(
      `Tessera does not answer at ${address} (${reasonOf(error)}).\n` +
        'Start it with `npm start` and wait for its ready line, or name another address with --url.',
    );
  }
}
