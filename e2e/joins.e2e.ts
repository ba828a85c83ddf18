import { eventually } from '#testing';
import { fixedPrice, type Person, publicGraph, putOnSale, serviceUrl, signUp } from './support/house.ts';
import { CREATE_EVENT, PUBLISH_EVENT } from './support/documents.ts';

/** Events with price (pricing), availability and sales (tickets) and attendance (checkin), listed by events. */
const OVERVIEW = `query ($organizationId: ID!) { organizationEvents(organizationId: $organizationId, first: 50) { nodes {
  id name
  ticketTypes { name price { current { amount } } }
  availability { status available } sales { unitsSold }
  attendance { admitted }
} } }`;

const JOINED = ['tickets', 'pricing', 'checkin', 'auth', 'payments'];

/** Calls of `_entities` that a subgraph has answered so far, for whatever type. */
async function entityCalls(service: string): Promise<number> {
  const metrics = await (await fetch(`${serviceUrl(service)}/metrics`)).text();
  const counts = [...metrics.matchAll(/^tessera_graphql_operation_seconds_count\{([^}]*)\} (\d+)$/gm)];
  return counts
    .filter(([, labels]) => labels?.includes('operation="_entities '))
    .reduce((sum, [, , count]) => sum + Number(count), 0);
}

async function publishOnline(organizer: Person, n: number): Promise<void> {
  const event = await organizer.graph.expect('Event', CREATE_EVENT, {
    input: {
      organizationId: organizer.organizationId,
      name: `Evening ${n}`,
      mode: 'ONLINE',
      timeZone: 'UTC',
      startsAt: '2030-01-01T18:00:00Z',
      endsAt: '2030-01-01T22:00:00Z',
      ticketTypes: [fixedPrice('Stream', 1_000 + n, 50), fixedPrice('Stream and chat', 2_000 + n, 50)],
    },
  });
  await organizer.graph.expect('Event', PUBLISH_EVENT, { id: event.id });
}

describe('a list of fifty events, joined over four subgraphs', () => {
  it('costs each of them at most one call', async () => {
    const organizer = await signUp('ORGANIZER');
    for (let n = 0; n < 50; n++) await publishOnline(organizer, n);
    const variables = { organizationId: organizer.organizationId };
    await eventually(async () => {
      const { organizationEvents } = await organizer.graph.data(OVERVIEW, variables);
      expect(organizationEvents.nodes).toHaveLength(50);
      for (const event of organizationEvents.nodes) {
        expect(event.availability).toEqual({ status: 'ON_SALE', available: 100 });
        expect(event.sales).toEqual({ unitsSold: 0 });
        expect(event.attendance).toEqual({ admitted: 0 });
        expect(event.ticketTypes[0].price).not.toBeNull();
      }
    });
    const before = await Promise.all(JOINED.map(entityCalls));
    await organizer.graph.data(OVERVIEW, variables);
    const after = await Promise.all(JOINED.map(entityCalls));
    const calls = Object.fromEntries(JOINED.map((service, i) => [service, after[i]! - before[i]!]));
    expect(calls).toEqual({ tickets: 1, pricing: 1, checkin: 1, auth: 0, payments: 0 });
  });
});

describe('search and paging', () => {
  it('walk every event once', async () => {
    const organizer = await signUp('ORGANIZER');
    const word = `Zauberflöte${Date.now()}`;
    for (let n = 0; n < 5; n++) {
      const input = {
        name: `${word} ${n}`,
        mode: 'ONLINE',
        timeZone: 'UTC',
        startsAt: '2030-01-01T18:00:00Z',
        endsAt: '2030-01-01T22:00:00Z',
      };
      const ticketTypes = [fixedPrice('Stream', 1_000, 50)];
      const event = await organizer.graph.expect('Event', CREATE_EVENT, {
        input: { ...input, organizationId: organizer.organizationId, ticketTypes },
      });
      await organizer.graph.expect('Event', PUBLISH_EVENT, { id: event.id });
    }
    const query = `query ($search: String, $after: String) { events(first: 2, after: $after, search: $search) {
      nodes { id name } pageInfo { hasNextPage endCursor } } }`;
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const { events } = await publicGraph.data(query, { search: word, after });
      seen.push(...events.nodes.map(({ id }: { id: string }) => id));
      after = events.pageInfo.hasNextPage ? events.pageInfo.endCursor : undefined;
    } while (after);
    expect(seen).toHaveLength(5);
    expect(new Set(seen).size).toBe(5);
  });
});

it('puts an event with a venue on sale', async () => {
  const organizer = await signUp('ORGANIZER');
  const event = await putOnSale(organizer, [fixedPrice('Stalls', 1_000, 10)]);
  const { event: found } = await publicGraph.data(
    `query ($id: ID!) { event(id: $id) { venue { name city } organization { name } } }`,
    {
      id: event.id,
    },
  );
  expect(found).toEqual({
    venue: { name: 'Great Hall', city: 'Paris' },
    organization: { name: 'Summer Stage' },
  });
});
