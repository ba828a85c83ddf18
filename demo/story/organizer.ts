import { awaited } from '../checks.ts';
import type { NewEvent } from '../graph/answers.ts';
import { type Client, Unexpected } from '../graph/client.ts';
import { CREATE_EVENT, CREATE_VENUE, LOOK_AT_OFFER, PUBLISH_EVENT } from '../graph/operations.ts';
import { CURRENCY, euros } from '../money.ts';
import type { Narrator } from '../terminal/narrator.ts';
import { signUp } from './people.ts';
import { MOST_TICKETS } from './plan.ts';

/** Prices in minor units. */
export const BALCONY_PRICE = 30_00;
export const FLOOR_PRICES = { base: 40_00, floor: 30_00, ceiling: 80_00 };
/**
 * Time between two changes of the floor's price, at least, in seconds: every move of the whole sale must fit into the 100
 * newest that the graph gives.
 */
const cooldownFor = (seconds: number): number => Math.max(2, Math.ceil(seconds / 30));
const MATINEE_CAPACITY = 20;
const ON_SALE_LIMIT_MS = 20_000;
const HOUR_MS = 3_600_000;
/** Time for the last buyers to make up their minds, on a slow machine too, before sales close. */
const LAST_BUYERS_MS = 90_000;

export interface TicketTypeOnSale {
  readonly id: string;
  readonly name: string;
}

export interface EventOnSale {
  readonly id: string;
  readonly name: string;
}

export interface Season {
  readonly organizer: Client;
  readonly concert: EventOnSale & {
    readonly capacity: number;
    /** Always the same price. */
    readonly balcony: TicketTypeOnSale;
    /** Its price is moved by demand. */
    readonly floor: TicketTypeOnSale;
  };
  /** Another event, whose tickets are worth nothing at the concert's door. */
  readonly matinee: EventOnSale & { readonly seat: TicketTypeOnSale };
}

/** The crowd that the organizer expects. */
export interface Crowd {
  readonly buyers: number;
  readonly seconds: number;
}

/** An organizer signs up and puts a concert and a matinee on sale. There is a little less of everything than is wanted. */
export async function openSeason(
  visitor: Client,
  { buyers, seconds }: Crowd,
  narrator: Narrator,
): Promise<Season> {
  const { client: organizer, organizationId } = await signUp(visitor, {
    name: 'Olga Organizer',
    role: 'ORGANIZER',
    organizationName: 'Demo Concerts',
  });
  narrator.say('Olga signs up as an organizer');

  const balconyCapacity = Math.ceil(buyers * 1.5);
  const floorCapacity = Math.ceil(buyers * 1.2);
  const venue = await organizer.succeed(CREATE_VENUE, {
    input: {
      organizationId,
      name: 'The Tessera Rooms',
      city: 'Ghent',
      country: 'BE',
      capacity: balconyCapacity + floorCapacity,
      timeZone: 'Europe/Brussels',
    },
  });
  narrator.say(`${venue.name} opens, with room for ${venue.capacity}`);

  const plan = (name: string, ticketTypes: readonly object[], salesEndAt?: string): Promise<NewEvent> =>
    createEvent(organizer, { organizationId, venueId: venue.id, name, salesEndAt, ticketTypes });
  // What demand makes of a price depends on the time that is left: a flash sale has to say when it ends.
  const flashSaleEndAt = new Date(Date.now() + seconds * 1_000 + LAST_BUYERS_MS).toISOString();
  const concert = await plan(
    'Tessera Live',
    [balconyType(balconyCapacity), floorType(floorCapacity, seconds)],
    flashSaleEndAt,
  );
  const matinee = await plan('Tessera Matinee', [
    { name: 'Seat', basePrice: price(10_00), capacity: MATINEE_CAPACITY },
  ]);
  await Promise.all([concert, matinee].map(({ id }) => putOnSale(organizer, id)));
  narrator.say(`"${concert.name}" is on sale: ${balconyCapacity} × Balcony at ${euros(BALCONY_PRICE)},`);
  narrator.say(
    `  ${floorCapacity} × Floor from ${euros(FLOOR_PRICES.base)}, ` +
      `moved by demand between ${euros(FLOOR_PRICES.floor)} and ${euros(FLOOR_PRICES.ceiling)}`,
  );
  const [balcony, floor, seat] = [
    typeOf(concert, 'Balcony'),
    typeOf(concert, 'Floor'),
    typeOf(matinee, 'Seat'),
  ];
  return {
    organizer,
    concert: {
      id: concert.id,
      name: concert.name,
      capacity: balconyCapacity + floorCapacity,
      balcony,
      floor,
    },
    matinee: { id: matinee.id, name: matinee.name, seat },
  };
}

function balconyType(capacity: number): object {
  return { name: 'Balcony', basePrice: price(BALCONY_PRICE), capacity, maxPerOrder: MOST_TICKETS };
}

/** Its price is moved by demand, often enough to be seen in a sale of so many seconds. */
function floorType(capacity: number, saleSeconds: number): object {
  return {
    name: 'Floor',
    basePrice: price(FLOOR_PRICES.base),
    pricing: {
      floor: price(FLOOR_PRICES.floor),
      ceiling: price(FLOOR_PRICES.ceiling),
      cooldownS: cooldownFor(saleSeconds),
    },
    capacity,
    maxPerOrder: MOST_TICKETS,
  };
}

function createEvent(organizer: Client, input: Readonly<Record<string, unknown>>): Promise<NewEvent> {
  const startsAt = new Date(Date.now() + HOUR_MS);
  const endsAt = new Date(startsAt.getTime() + 3 * HOUR_MS);
  return organizer.succeed(CREATE_EVENT, {
    input: {
      ...input,
      startsAt: startsAt.toISOString(),
      endsAt: endsAt.toISOString(),
      maxPerAccount: MOST_TICKETS,
    },
  });
}

/** Publishes, and waits until the parts of the platform that sell and price have learnt of it. */
async function putOnSale(organizer: Client, eventId: string): Promise<void> {
  await organizer.succeed(PUBLISH_EVENT, { id: eventId });
  await awaited('the event to be on sale with its prices', ON_SALE_LIMIT_MS, async () => {
    const offer = await organizer.ask(LOOK_AT_OFFER, { id: eventId });
    const isReady =
      offer?.availability.status === 'ON_SALE' &&
      offer.ticketTypes.every(({ price: known }) => known !== null);
    return isReady ? offer : undefined;
  });
}

function price(amount: number): { amount: number; currency: string } {
  return { amount, currency: CURRENCY };
}

function typeOf(event: NewEvent, name: string): TicketTypeOnSale {
  const ticketType = event.ticketTypes.find((one) => one.name === name);
  if (!ticketType) throw new Unexpected(`${event.name} was made without its ticket type ${name}.`);
  return ticketType;
}
