import { eventually, type OpenSubscription } from '#testing';
import { ACTIVITY, MY_TICKETS, SCAN } from './support/documents.ts';
import { buy, type OnSale, type Person, putOnSale, scanInput, signUp, watch } from './support/house.ts';

let organizer: Person;
let event: OnSale;

beforeAll(async () => {
  organizer = await signUp('ORGANIZER');
  const money = (amount: number) => ({ amount, currency: 'EUR' });
  const pricing = { floor: money(3_000), ceiling: money(9_000), cooldownS: 1 };
  event = await putOnSale(organizer, [
    { name: 'Floor', basePrice: money(4_000), pricing, capacity: 60, maxPerOrder: 6 },
  ]);
});

function activities({ answers }: OpenSubscription): { __typename: string; [field: string]: unknown }[] {
  return answers.map(({ data, errors }) => {
    expect(errors).toBeUndefined();
    return data.eventActivity;
  });
}

function activity(seen: OpenSubscription, kind: string): Promise<{ [field: string]: unknown }> {
  return eventually(
    () =>
      activities(seen).find(({ __typename }) => __typename === kind) ??
      Promise.reject(new Error(`no ${kind} yet`)),
    15_000,
  );
}

describe('an event as it happens', () => {
  it('tells its organizer of sales, prices and admissions, joined over the graph', async () => {
    const stream = watch(organizer);
    const seen = stream.subscribe(ACTIVITY, { eventId: event.id });
    const buyers = await Promise.all(Array.from({ length: 8 }, () => signUp()));
    const [first] = buyers;
    const orders = await Promise.all(buyers.map((buyer) => buy(buyer, event, 4)));
    const sold = await activity(seen, 'UnitsSold');
    expect(sold).toMatchObject({
      units: 4,
      event: { name: 'An evening of songs' },
      seq: expect.any(Number),
      order: { buyer: { name: 'Ada Lovelace' } },
    });
    const moved = await activity(seen, 'PriceMoved');
    expect(moved).toMatchObject({ ticketType: { name: 'Floor' }, previous: { amount: expect.any(Number) } });

    const { myTickets } = await first!.graph.data(MY_TICKETS, { eventId: event.id });
    const ticket = myTickets.nodes[0];
    await organizer.graph.expect('Scan', SCAN, scanInput(event, ticket.qr.payload));
    expect(await activity(seen, 'TicketScanned')).toMatchObject({
      decision: 'ADMITTED',
      ticket: { id: ticket.id },
    });

    await eventually(() => {
      const sales = activities(seen).filter(({ __typename }) => __typename === 'UnitsSold');
      expect(new Set(sales.map(({ order }) => (order as { id: string }).id))).toEqual(
        new Set(orders.map(({ id }) => id)),
      );
    });
    stream.terminate();
  });

  it('is nothing for a stranger', async () => {
    for (const [viewer, code] of [
      [undefined, 'NOT_SIGNED_IN'],
      [await signUp(), 'NOT_PERMITTED'],
    ] as const) {
      const stream = watch(viewer);
      const refused = stream.subscribe(ACTIVITY, { eventId: event.id });
      await eventually(() => expect(JSON.stringify([refused.ending(), refused.answers])).toContain(code));
      stream.terminate();
    }
  });
});
