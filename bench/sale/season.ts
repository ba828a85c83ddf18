import { setTimeout as sleep } from 'node:timers/promises';
import { randomIds } from '#kernel';
import type { Progress } from '../frame/progress.ts';
import type { Account, Accounts } from '../house/accounts.ts';
import type { GraphClient } from '../load/graph-client.ts';
import { LoadError } from '../load/tally.ts';
import {
  CANCEL_EVENT,
  CREATE_EVENT,
  CREATE_VENUE,
  FOLLOW_CANCELLATION,
  LOOK_AT_OFFER,
  PUBLISH_EVENT,
  SIGN_UP,
} from './documents.ts';

/** More than one listing page, so that a page is full also where nothing else is on sale. */
const EVENTS = 24;
/** Of the two events that are bought from; no run sells so many. */
const LARGE_CAPACITY = 90_000;
const SMALL_CAPACITY = 500;
/** The soonest events come first in the listing: these are its first page, whatever else the house has. */
const STARTS_IN_MS = 20 * 60_000;
const LASTS_MS = 6 * 3_600_000;
const ON_SALE_LIMIT_MS = 30_000;
const REFUNDS_LIMIT_MS = 120_000;
const POLL_MS = 100;
const REFUNDS_POLL_MS = 1_000;

export interface EventOnSale {
  readonly id: string;
  readonly ticketTypeId: string;
}

/** What a run sells: events of an organization of its own. */
export interface Season {
  readonly organizer: Account;
  readonly fixedPrice: EventOnSale;
  readonly demandPriced: EventOnSale;
  /**
   * Cancels the events, and waits until what was sold is refunded: the next run would measure the refunds as well.
   * Gives the number of orders that were not done in time.
   */
  close(): Promise<number>;
}

/** An organizer signs up (the run's one password hash), and puts events on sale through the public endpoint. */
export async function openSeason(
  graph: GraphClient,
  accounts: Accounts,
  progress: Progress,
): Promise<Season> {
  const organizer = await signUpOrganizer(graph, accounts);
  const { token, organizationId } = organizer;
  const venue = await graph.ask(
    CREATE_VENUE,
    {
      input: {
        organizationId,
        name: 'Bench hall',
        city: 'Ghent',
        country: 'BE',
        capacity: 2 * LARGE_CAPACITY,
        timeZone: 'Europe/Brussels',
      },
    },
    token,
  );
  const events: EventOnSale[] = [];
  for (let index = 0; index < EVENTS; index++) {
    const input = { organizationId, venueId: venue.id, ...eventInput(index) };
    const { id, ticketTypes } = await graph.ask(CREATE_EVENT, { input }, token);
    await graph.ask(PUBLISH_EVENT, { id }, token);
    events.push({ id, ticketTypeId: ticketTypes[0]?.id ?? '' });
  }
  for (const { id } of events) await isOnSale(graph, id);
  progress.say(`${EVENTS} events are on sale`);
  const [fixedPrice, demandPriced] = events;
  if (!fixedPrice || !demandPriced) throw new Error('there are fewer than two events');
  return {
    organizer,
    fixedPrice,
    demandPriced,
    close: async () => {
      for (const { id } of events) await graph.ask(CANCEL_EVENT, { id }, token);
      progress.say('the events are cancelled; waiting for the refunds');
      return undoneOrders(graph, events, token);
    },
  };
}

/** The run's one password hash. */
export async function signUpOrganizer(
  graph: GraphClient,
  accounts: Accounts,
): Promise<Account & { organizationId: string }> {
  const input = {
    name: 'Bench organizer',
    email: `organizer-${randomIds.uuid()}@bench.example`,
    password: randomIds.uuid(),
    role: 'ORGANIZER',
    organizationName: 'Bench',
  };
  const { user } = await graph.ask(SIGN_UP, { input }, undefined);
  const organizationId = user.memberships[0]?.organization.id;
  if (organizationId === undefined) throw new Error('the organizer has no organization');
  return { ...(await accounts.forOwner(user.id, organizationId)), organizationId };
}

/** Every other event's price is moved by demand. */
function eventInput(index: number): object {
  const capacity = index < 2 ? LARGE_CAPACITY : SMALL_CAPACITY;
  const startsAt = Date.now() + STARTS_IN_MS + index * 1_000;
  const standing = { name: 'Standing', basePrice: price(40_00), capacity, maxPerOrder: 10 };
  const pricing = { floor: price(30_00), ceiling: price(80_00), cooldownS: 5 };
  return {
    name: `Bench evening ${index + 1}`,
    startsAt: new Date(startsAt).toISOString(),
    endsAt: new Date(startsAt + LASTS_MS).toISOString(),
    maxPerAccount: 1_000,
    ticketTypes: [index % 2 === 0 ? standing : { ...standing, pricing }],
  };
}

function price(amount: number): object {
  return { amount, currency: 'EUR' };
}

/** Waits until what the cancelled events sold is refunded; the number of orders that were not done in time. */
export async function undoneOrders(
  graph: GraphClient,
  events: readonly EventOnSale[],
  token: string,
): Promise<number> {
  const deadline = performance.now() + REFUNDS_LIMIT_MS;
  for (;;) {
    let undone = 0;
    for (const { id } of events) {
      const { cancellation } = (await graph.ask(FOLLOW_CANCELLATION, { id }, token)) ?? {};
      // Unknown while tickets has not heard of the cancellation.
      if (cancellation)
        undone +=
          cancellation.ordersTotal - cancellation.cancelled - cancellation.refunded - cancellation.failed;
      else undone++;
    }
    if (undone === 0 || performance.now() > deadline) return undone;
    await sleep(REFUNDS_POLL_MS);
  }
}

/** Services learn of an event by its facts. @throws LoadError when that takes too long. */
export async function isOnSale(graph: GraphClient, id: string): Promise<void> {
  const deadline = performance.now() + ON_SALE_LIMIT_MS;
  for (;;) {
    const offer = await graph.ask(LOOK_AT_OFFER, { id }, undefined);
    const isPriced = offer?.ticketTypes.every(({ price: shown }) => shown !== null);
    if (offer?.availability.status === 'ON_SALE' && isPriced) return;
    if (performance.now() > deadline)
      throw new LoadError('NOT_ON_SALE', `event ${id} is not on sale after ${ON_SALE_LIMIT_MS / 1_000} s`);
    await sleep(POLL_MS);
  }
}
