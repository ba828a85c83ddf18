import { eventually } from '#testing';
import * as documents from './support/documents.ts';
import {
  buy,
  cart,
  DECLINED_CARD,
  fixedPrice,
  GOOD_CARD,
  inState,
  type OnSale,
  type Person,
  place,
  publicGraph,
  putOnSale,
  scanInput,
  signUp,
} from './support/house.ts';

let organizer: Person;
let event: OnSale;

beforeAll(async () => {
  organizer = await signUp('ORGANIZER');
  event = await putOnSale(organizer, [fixedPrice('Stalls', 4_500, 100)]);
});

describe('a purchase', () => {
  it('goes from hold to tickets to the door, and every service tells the same story', async () => {
    const buyer = await signUp();
    const hold = await buyer.graph.expect('Hold', documents.HOLD, cart(event, 2));
    expect(hold).toMatchObject({
      total: { amount: 9_000 },
      event: { name: 'An evening of songs' },
      lines: [{ quantity: 2, ticketType: { name: 'Stalls' }, unitPrice: { amount: 4_500 } }],
    });
    const { order, paymentToken } = await place(buyer, hold.id);
    expect(order).toMatchObject({ state: 'AWAITING_PAYMENT', payment: null });
    const payment = await buyer.graph.expect('Payment', documents.PAY, {
      input: { paymentToken, method: GOOD_CARD },
    });
    expect(payment.amount.amount).toBe(9_000);

    const completed = await inState(buyer, order.id, 'COMPLETED');
    expect(completed).toMatchObject({ buyer: { name: 'Ada Lovelace' }, payment: { state: 'CAPTURED' } });
    expect(completed.tickets).toHaveLength(2);

    const { myTickets } = await buyer.graph.data(documents.MY_TICKETS, { eventId: event.id });
    const [ticket] = myTickets.nodes;
    expect(ticket).toMatchObject({
      event: { name: 'An evening of songs' },
      ticketType: { name: 'Stalls' },
      admission: null,
    });
    expect(ticket.qr.payload).toHaveLength(134);

    const scan = await eventually(async () => {
      const answer = await organizer.graph.expect(
        'Scan',
        documents.SCAN,
        scanInput(event, ticket.qr.payload),
      );
      expect(['OK', 'ALREADY_USED']).toContain(answer.reason);
      return answer;
    });
    expect(scan).toMatchObject({ decision: 'ADMITTED', ticket: { id: ticket.id } });
    const again = await organizer.graph.expect(
      'Scan',
      documents.SCAN,
      scanInput(event, ticket.qr.payload, { lane: 'South' }),
    );
    expect(again).toMatchObject({
      decision: 'REFUSED',
      reason: 'ALREADY_USED',
      usedBefore: { lane: 'North' },
    });

    await eventually(async () => {
      const figures = (await organizer.graph.data(documents.EVENT, { id: event.id })).event;
      expect(figures.sales).toEqual({
        unitsSold: 2,
        ordersCompleted: 1,
        revenue: { amount: 9_000, currency: 'EUR' },
      });
      expect(figures.availability).toEqual({ status: 'ON_SALE', available: 98, capacity: 100 });
      expect(figures.attendance).toEqual({ admitted: 1, inside: 1, refused: 1, expected: 2 });
    });
    const used = await buyer.graph.data(documents.MY_TICKETS, { eventId: event.id });
    const admissions = used.myTickets.nodes.map(({ admission }: { admission: object | null }) => admission);
    expect(admissions.filter(Boolean)).toEqual([{ lane: 'North' }]);
  });

  it('survives a declined card: the order stays payable', async () => {
    const buyer = await signUp();
    const hold = await buyer.graph.expect('Hold', documents.HOLD, cart(event, 1));
    const { order, paymentToken } = await place(buyer, hold.id);
    const declined = await buyer.graph.expect('PaymentDeclined', documents.PAY, {
      input: { paymentToken, method: DECLINED_CARD },
    });
    expect(declined.declineCode).toBe('CARD_DECLINED');
    await buyer.graph.expect('Payment', documents.PAY, { input: { paymentToken, method: GOOD_CARD } });
    await inState(buyer, order.id, 'COMPLETED');
  });

  it('never sells more than there is, however many come at once', async () => {
    const few = await putOnSale(organizer, [fixedPrice('Box', 1_000, 20)]);
    const buyers = await Promise.all(Array.from({ length: 40 }, () => signUp()));
    const holds = await Promise.all(buyers.map(({ graph }) => graph.data(documents.HOLD, cart(few, 1))));
    const lucky = buyers.filter((_, i) => holds[i].holdTickets.__typename === 'Hold');
    expect(lucky).toHaveLength(20);
    expect(holds.filter(({ holdTickets }) => holdTickets.__typename === 'SoldOut')).toHaveLength(20);
    await Promise.all(
      buyers.map(async (buyer, i) => {
        if (holds[i].holdTickets.__typename !== 'Hold') return;
        const { order, paymentToken } = await place(buyer, holds[i].holdTickets.id);
        await buyer.graph.expect('Payment', documents.PAY, { input: { paymentToken, method: GOOD_CARD } });
        await inState(buyer, order.id, 'COMPLETED');
      }),
    );
    const { event: figures } = await organizer.graph.data(documents.EVENT, { id: few.id });
    expect(figures.sales).toMatchObject({ unitsSold: 20, ordersCompleted: 20 });
    expect(figures.availability).toEqual({ status: 'SOLD_OUT', available: 0, capacity: 20 });
  });

  it('ends with the cancellation of its event', async () => {
    const doomed = await putOnSale(organizer, [fixedPrice('Box', 1_000, 20)]);
    await organizer.graph.expect('Event', documents.CANCEL_EVENT, { id: doomed.id });
    await eventually(async () => {
      const { event: cancelled } = await publicGraph.data(documents.EVENT, { id: doomed.id });
      expect(cancelled.availability.status).toBe('CLOSED');
    });
    const buyer = await signUp();
    await buyer.graph.expect('SalesClosed', documents.HOLD, cart(doomed, 1));
  });
});

describe('what belongs to somebody', () => {
  it('is nothing to a stranger', async () => {
    const [buyer, stranger] = [await signUp(), await signUp()];
    const order = await buy(buyer, event, 1);
    const { myTickets } = await buyer.graph.data(documents.MY_TICKETS, { eventId: event.id });
    expect((await stranger.graph.data(documents.ORDER, { id: order.id })).order).toBeNull();
    expect((await stranger.graph.data(documents.TICKET, { id: myTickets.nodes[0].id })).ticket).toBeNull();
    const seen = (await stranger.graph.data(documents.EVENT, { id: event.id })).event;
    expect(seen).toMatchObject({ sales: null, attendance: null });
    await stranger.graph.expect(
      'NotPermitted',
      documents.SCAN,
      scanInput(event, myTickets.nodes[0].qr.payload),
    );
    await stranger.graph.expect('NotPermitted', documents.CANCEL_EVENT, { id: event.id });
    const hold = await buyer.graph.expect('Hold', documents.HOLD, cart(event, 1));
    await stranger.graph.expect('NotFound', documents.PLACE_ORDER, {
      input: { holdId: hold.id, idempotencyKey: 'a-stranger' },
    });
  });
});
