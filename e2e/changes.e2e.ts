import { eventually } from '#testing';
import * as documents from './support/documents.ts';
import {
  buy,
  fixedPrice,
  inState,
  type OnSale,
  type Person,
  publicGraph,
  putOnSale,
  scanInput,
  signUp,
} from './support/house.ts';

const DAY_MS = 86_400_000;

let organizer: Person;

beforeAll(async () => {
  organizer = await signUp('ORGANIZER');
});

describe('an event that is moved after its sale has begun', () => {
  it('may be given back by those who had ordered, and by nobody else', async () => {
    const event = await putOnSale(organizer, [fixedPrice('Stalls', 3_000, 20)]);
    const [early, late] = [await signUp(), await signUp()];
    const before = await buy(early, event, 2);
    expect(before.refundOffer).toBeNull();
    const { payload } = (await early.graph.data(documents.MY_TICKETS, { eventId: event.id })).myTickets
      .nodes[0].qr;
    await early.graph.expect('NoRefundOffer', documents.ACCEPT_REFUND_OFFER, { orderId: before.id });

    const startsAt = new Date(Date.now() + 45 * DAY_MS).toISOString();
    const endsAt = new Date(Date.now() + 45.1 * DAY_MS).toISOString();
    const variables = { id: event.id, input: { startsAt, endsAt, refundDays: 7 } };
    const { refundOffer } = await organizer.graph.expect('Event', documents.MOVE_EVENT, variables);
    expect(Date.parse(refundOffer.until) - Date.parse(refundOffer.offeredAt)).toBe(7 * DAY_MS);

    await eventually(async () => {
      const { order } = await early.graph.data(documents.ORDER, { id: before.id });
      expect(order.refundOffer).toEqual({ reason: 'EVENT_MOVED', until: refundOffer.until });
    });
    const after = await buy(late, event, 1);
    expect(after.refundOffer).toBeNull();
    await late.graph.expect('NoRefundOffer', documents.ACCEPT_REFUND_OFFER, { orderId: after.id });
    await late.graph.expect('NotFound', documents.ACCEPT_REFUND_OFFER, { orderId: before.id });

    await early.graph.expect('Order', documents.ACCEPT_REFUND_OFFER, { orderId: before.id });
    const refunded = await inState(early, before.id, 'REFUNDED');
    expect(refunded).toMatchObject({
      reason: 'EVENT_MOVED',
      refundOffer: null,
      refunds: [{ status: 'PAID', amount: { amount: 6_000 } }],
    });
    expect(refunded.tickets.map(({ status }: { status: string }) => status)).toEqual(['VOID', 'VOID']);
    await eventually(async () => {
      const scan = await organizer.graph.expect('Scan', documents.SCAN, scanInput(event, payload));
      expect(scan).toMatchObject({ decision: 'REFUSED', reason: 'REFUNDED' });
      const { event: figures } = await organizer.graph.data(documents.EVENT, { id: event.id });
      expect(figures.sales).toMatchObject({ unitsSold: 1, revenue: { amount: 3_000 } });
    });
  });
});

describe('the capacity of a ticket type on sale', () => {
  async function asksFor(event: OnSale, capacity: number): Promise<void> {
    const variables = { ticketTypeId: event.ticketTypes[0]?.id, capacity };
    await organizer.graph.expect('TicketType', documents.CHANGE_CAPACITY, variables);
  }

  /** Until the event shows exactly this to its organizer. */
  async function shows(event: OnSale, figures: object, capacityChange: object): Promise<void> {
    await eventually(async () => {
      const { event: found } = await organizer.graph.data(documents.CAPACITIES, { id: event.id });
      expect(found).toEqual({ availability: figures, ticketTypes: [{ ...figures, capacityChange }] });
    });
  }

  it('falls to what nobody has taken, and stays when more than that is asked for', async () => {
    const event = await putOnSale(organizer, [fixedPrice('Stalls', 1_500, 10)]);
    await buy(await signUp(), event, 3);
    await asksFor(event, 4);
    const afterCut = { available: 1, capacity: 4 };
    await shows(event, afterCut, { requested: 4, status: 'APPLIED', committed: null });
    await asksFor(event, 2);
    await shows(event, afterCut, { requested: 2, status: 'REFUSED', committed: 3 });
    const { event: seenByAll } = await publicGraph.data(documents.CAPACITIES, { id: event.id });
    expect(seenByAll).toEqual({
      availability: afterCut,
      ticketTypes: [{ ...afterCut, capacityChange: null }],
    });
    await buy(await signUp(), event, 1);
  });
});
