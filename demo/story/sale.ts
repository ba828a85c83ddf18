import { setTimeout as sleep } from 'node:timers/promises';
import type { OfferedTicketType } from '../graph/answers.ts';
import { type Client, Unexpected } from '../graph/client.ts';
import type { Narrator } from '../terminal/narrator.ts';
import { Buyer, type Choice, type Wish } from './buyer.ts';
import type { Visit } from './ledger.ts';
import { FLOOR_PRICES, type Season } from './organizer.ts';
import { signUp } from './people.ts';
import type { BuyerPlan } from './plan.ts';

/** Who has bought, with what they need to show their tickets at the door. */
export interface TicketOwner {
  readonly name: string;
  readonly client: Client;
  readonly ticketIds: readonly string[];
}

export interface SaleRecord {
  readonly visits: readonly Visit[];
  readonly owners: readonly TicketOwner[];
  /** What went otherwise than any buyer's plan. */
  readonly mishaps: readonly string[];
}

/** Lets the whole crowd in, each at their own moment, and waits until the last has left. */
export async function runSale(
  visitor: Client,
  season: Season,
  plans: readonly BuyerPlan[],
  narrator: Narrator,
): Promise<SaleRecord> {
  const visits: Visit[] = [];
  const owners: TicketOwner[] = [];
  const mishaps: string[] = [];
  const come = async (plan: BuyerPlan): Promise<void> => {
    await sleep(plan.arrivesAfterMs);
    try {
      const { client } = await signUp(visitor, { name: plan.name });
      const visit = await new Buyer(client, plan, narrator).visit(concertWish(plan, season));
      visits.push(visit);
      if (visit.ending === 'BOUGHT')
        owners.push({ name: plan.name, client, ticketIds: visit.purchase.ticketIds });
    } catch (error) {
      const what = error instanceof Error ? error.message : String(error);
      mishaps.push(what);
      narrator.say(`${plan.name}: ${what}`, 'red');
    }
  };
  await Promise.all(plans.map(come));
  return { visits, owners, mishaps };
}

/** One ticket of the other event. */
export async function buyMatineeTicket(
  visitor: Client,
  { matinee }: Season,
  narrator: Narrator,
): Promise<TicketOwner> {
  const name = 'Milo';
  const { client } = await signUp(visitor, { name });
  const wish: Wish = {
    eventId: matinee.id,
    choose: ([seat]) => (seat ? choiceOf(seat, 1) : 'SOLD_OUT'),
  };
  const visit = await new Buyer(client, { name, conduct: 'PAYS' }, narrator).visit(wish);
  if (visit.ending !== 'BOUGHT') throw new Unexpected(`${name} could not buy a ticket of "${matinee.name}".`);
  return { name, client, ticketIds: visit.purchase.ticketIds };
}

/** What a buyer would have of the concert: the type they prefer, else the other; the floor only while it is worth it. */
function concertWish({ quantity, prefersDemandPriced, patience }: BuyerPlan, { concert }: Season): Wish {
  const dearest = FLOOR_PRICES.base * patience;
  return {
    eventId: concert.id,
    choose: (offered) => {
      const preference = prefersDemandPriced
        ? [concert.floor, concert.balcony]
        : [concert.balcony, concert.floor];
      const free = preference
        .flatMap(({ id }) => offered.find((one) => one.id === id) ?? [])
        .filter(({ available }) => available >= quantity)
        .map((ticketType) => choiceOf(ticketType, quantity));
      if (free.length === 0) return 'SOLD_OUT';
      return free.find(({ seenTotal }) => seenTotal <= dearest * quantity) ?? 'TOO_DEAR';
    },
  };
}

function choiceOf(ticketType: OfferedTicketType, quantity: number): Choice {
  return { ticketType, quantity, seenTotal: (ticketType.price?.current.amount ?? 0) * quantity };
}
