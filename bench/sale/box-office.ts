import type { Progress } from '../frame/progress.ts';
import type { Account, Accounts } from '../house/accounts.ts';
import type { GraphClient } from '../load/graph-client.ts';
import {
  CANCEL_EVENT,
  CREATE_EVENT,
  CREATE_VENUE,
  GENERATE_PLAN,
  PUBLISH_EVENT,
  PUBLISH_PLAN,
} from './documents.ts';
import { type EventOnSale, isOnSale, signUpOrganizer, undoneOrders } from './season.ts';

const STARTS_IN_MS = 24 * 3_600_000;
const LASTS_MS = 3 * 3_600_000;
/** The most that a venue may hold. */
const VENUE_CAPACITY = 200_000;
const MAX_PER_ORDER = 10;
const SMALLEST_ARENA = 1_000;

export interface SaleWish {
  readonly name: string;
  /** Of all pools together: the first have one more where it does not divide. */
  readonly units: number;
  /** Ticket types. Seated, each sells sections of its own, as many as the plan has for it. */
  readonly pools: number;
  readonly seated: boolean;
  readonly maxPerAccount: number;
}

export type Pools = readonly [EventOnSale, ...EventOnSale[]];

/** An organizer who puts single events on sale. */
export class BoxOffice {
  private readonly events: EventOnSale[] = [];

  private constructor(
    private readonly graph: GraphClient,
    readonly organizer: Account & { readonly organizationId: string },
    private readonly venueId: string,
    private readonly progress: Progress,
  ) {}

  static async open(graph: GraphClient, accounts: Accounts, progress: Progress): Promise<BoxOffice> {
    const organizer = await signUpOrganizer(graph, accounts);
    const { organizationId, token } = organizer;
    const place = { name: 'Bench arena', city: 'Ghent', country: 'BE', timeZone: 'Europe/Brussels' };
    const input = { organizationId, ...place, capacity: VENUE_CAPACITY };
    const { id } = await graph.ask(CREATE_VENUE, { input }, token);
    return new BoxOffice(graph, organizer, id, progress);
  }

  /** Creates and publishes an event and waits until it is on sale; its pools. */
  async sell(wish: SaleWish): Promise<Pools> {
    const { organizationId, token } = this.organizer;
    const startsAt = Date.now() + STARTS_IN_MS;
    const input = {
      organizationId,
      venueId: this.venueId,
      name: wish.name,
      startsAt: new Date(startsAt).toISOString(),
      endsAt: new Date(startsAt + LASTS_MS).toISOString(),
      maxPerAccount: wish.maxPerAccount,
      ...(wish.seated ? await this.seats(wish) : { ticketTypes: standing(wish) }),
    };
    const { id, ticketTypes } = await this.graph.ask(CREATE_EVENT, { input }, token);
    await this.graph.ask(PUBLISH_EVENT, { id }, token);
    await isOnSale(this.graph, id);
    const [first, ...others] = ticketTypes.map((type) => ({ id, ticketTypeId: type.id }));
    if (!first) throw new Error('the event sells nothing');
    this.events.push(first);
    return [first, ...others];
  }

  /** Cancels the events, and waits for the refunds; the number of orders that were not done in time. */
  async close(): Promise<number> {
    const { token } = this.organizer;
    for (const { id } of this.events) await this.graph.ask(CANCEL_EVENT, { id }, token);
    this.progress.say('the events are cancelled; waiting for the refunds');
    return undoneOrders(this.graph, this.events, token);
  }

  /** A plan with exactly so many seats; its sections are dealt out to the pools in turn. */
  private async seats({ units, pools, name }: SaleWish) {
    const { organizationId, token } = this.organizer;
    const shape = units < SMALLEST_ARENA ? 'THEATRE' : 'ARENA';
    const input = { organizationId, venueId: this.venueId, name, shape, seats: units };
    const plan = await this.graph.ask(GENERATE_PLAN, { input }, token);
    await this.graph.ask(PUBLISH_PLAN, { id: plan.id }, token);
    const sections = plan.sections.map(({ sectionId }) => sectionId);
    const count = Math.min(pools, sections.length);
    const ticketTypes = Array.from({ length: count }, (_, pool) => ({
      ...ticketType(pool),
      sectionIds: sections.filter((_id, index) => index % count === pool),
    }));
    return { seatingPlanId: plan.id, ticketTypes };
  }
}

function standing({ units, pools }: SaleWish): object[] {
  return Array.from({ length: pools }, (_, pool) => ({
    ...ticketType(pool),
    capacity: Math.floor(units / pools) + (pool < units % pools ? 1 : 0),
  }));
}

function ticketType(pool: number) {
  return {
    name: `Pool ${pool + 1}`,
    basePrice: { amount: 40_00, currency: 'EUR' },
    maxPerOrder: MAX_PER_ORDER,
  };
}
