import { GraphQLError } from 'graphql';
import { TestAuthority } from '#testing';
import { CannedStream } from './canned-stream.ts';
import { CannedSubgraph } from './canned-subgraph.ts';

const euros = (amount: number) => ({
  amount,
  currency: 'EUR',
  formatted: `EUR ${(amount / 100).toFixed(2)}`,
});
const idOf = ({ id }: { id: string }) => ({ id });
/** Ids are `E1`, `E2`, …: the number makes the answers differ, so that a mixed-up join is seen. */
const numberOf = ({ id }: { id: string }) => Number(id.slice(1));

export type Activity = { readonly __typename: string; readonly [field: string]: unknown };

/** All six services with canned answers about the events E1, E2, …, and the keys that tokens are signed with. */
export class CannedHouse {
  private constructor(readonly authority: TestAuthority) {
    this.auth.document = async () => (await fetch(authority.jwksUri)).text();
  }

  readonly activity = new CannedStream<{ eventActivity: Activity }>();
  readonly auth = new CannedSubgraph('auth', { Query: { currentUser: () => ({ id: 'U1', name: 'Ada' }) } });
  readonly events = new CannedSubgraph('events', {
    Query: {
      event: (_: unknown, { id }: { id: string }) => ({ id }),
      events: (_: unknown, { first }: { first: number }) => ({
        nodes: Array.from({ length: first }, (__, index) => ({ id: `E${index + 1}` })),
      }),
    },
    Event: {
      __resolveReference: idOf,
      name: (event: { id: string }) => `Event ${numberOf(event)}`,
      ticketTypes: (event: { id: string }) => [{ id: `T${numberOf(event)}` }],
    },
    TicketType: {
      __resolveReference: idOf,
      name: (type: { id: string }) => `Type ${numberOf(type)}`,
      event: (type: { id: string }) => ({ id: `E${numberOf(type)}` }),
    },
  });
  readonly tickets = new CannedSubgraph('tickets', {
    Mutation: {
      releaseHold: (_: unknown, { id }: { id: string }) => ({ __typename: 'Hold', id, status: 'RELEASED' }),
    },
    Event: {
      __resolveReference: idOf,
      availability: (event: { id: string }) => ({
        status: 'ON_SALE',
        available: numberOf(event),
        capacity: 100,
      }),
      sales: (event: { id: string }) => ({ unitsSold: 100 - numberOf(event) }),
    },
    Subscription: {
      eventActivity: {
        subscribe: (_: unknown, { eventId }: { eventId: string }) => {
          if (eventId !== 'E0') return this.activity.subscribe();
          throw new GraphQLError('Only for members.', { extensions: { code: 'FORBIDDEN', secret: 'x' } });
        },
      },
    },
  });
  readonly payments = new CannedSubgraph('payments', {
    Order: {
      __resolveReference: idOf,
      payment: (order: { id: string }) => ({ id: `P${numberOf(order)}`, state: 'CAPTURED' }),
    },
  });
  readonly pricing = new CannedSubgraph('pricing', {
    Event: {
      __resolveReference: idOf,
      pricing: (event: { id: string }) => ({ lowest: euros(numberOf(event) * 100) }),
    },
    TicketType: {
      __resolveReference: idOf,
      price: (type: { id: string }) => ({ current: euros(numberOf(type) * 100) }),
    },
  });
  readonly checkin = new CannedSubgraph('checkin', {
    Event: {
      __resolveReference: idOf,
      attendance: (event: { id: string }) => ({ admitted: numberOf(event), refused: 0 }),
    },
    Ticket: { __resolveReference: idOf, admission: () => null },
  });

  get all(): CannedSubgraph[] {
    return [this.auth, this.events, this.tickets, this.payments, this.pricing, this.checkin];
  }

  static async start(): Promise<CannedHouse> {
    const house = new CannedHouse(await TestAuthority.start());
    await Promise.all(house.all.map((subgraph) => subgraph.start()));
    return house;
  }

  async stop(): Promise<void> {
    await Promise.all([...this.all.map((subgraph) => subgraph.stop()), this.authority.close()]);
  }

  forget(): void {
    for (const subgraph of this.all) subgraph.forget();
  }

  /** Every address that must never reach a client. */
  get addresses(): string[] {
    return this.all.flatMap(({ url }) => [url, new URL(url).host, new URL(url).port]);
  }
}
