import { VISITOR_HEADER } from '#security';
import { eventually, type GraphStream, type OpenSubscription } from '#testing';
import { ACTIVITY, EXTEND_HOLD, HOLD, PLACE_ORDER, RELEASE_HOLD, SALES_SEQ } from './support/documents.ts';
import {
  buy,
  cart,
  fixedPrice,
  inState,
  type OnSale,
  pay,
  type Person,
  publicGraph,
  putOnSale,
  signUp,
  watch,
} from './support/house.ts';

let organizer: Person;
let event: OnSale;
const streams: GraphStream[] = [];

afterAll(() => {
  for (const stream of streams) stream.terminate();
});

beforeAll(async () => {
  organizer = await signUp('ORGANIZER');
  event = await putOnSale(organizer, [fixedPrice('Standing', 2_500, 40)]);
});

function watchIt(): GraphStream {
  const stream = watch(organizer);
  streams.push(stream);
  return stream;
}

/** Places and units of the sales that a subscription brought. */
function sales({ answers }: OpenSubscription): [seq: number, units: number][] {
  return answers
    .map(({ data, errors }) => {
      expect(errors).toBeUndefined();
      return data.eventActivity;
    })
    .filter(({ __typename }) => __typename === 'UnitsSold')
    .map(({ seq, units }) => [seq, units]);
}

describe('a hold', () => {
  it('is given more time once', async () => {
    const buyer = await signUp();
    const hold = await buyer.graph.expect('Hold', HOLD, cart(event, 1));
    const extended = await buyer.graph.expect('Hold', EXTEND_HOLD, { id: hold.id });
    expect(Date.parse(extended.expiresAt)).toBeGreaterThan(Date.parse(hold.expiresAt));
    await buyer.graph.expect('AlreadyExtended', EXTEND_HOLD, { id: hold.id });
    await buyer.graph.expect('Hold', RELEASE_HOLD, { id: hold.id });
    await buyer.graph.expect('WrongState', EXTEND_HOLD, { id: hold.id });
  });

  it('of a visitor becomes an order after signing in', async () => {
    const answer = await publicGraph.ask(HOLD, cart(event, 2));
    const visitor = { [VISITOR_HEADER]: answer.headers.get(VISITOR_HEADER) ?? '' };
    const hold = answer.data.holdTickets;
    expect(hold.__typename).toBe('Hold');
    const again = await publicGraph.ask(HOLD, cart(event, 1), visitor);
    expect(again.data.holdTickets).toMatchObject({ __typename: 'LimitExceeded', limit: 'holdsPerVisitor' });
    const { data } = await publicGraph.ask(EXTEND_HOLD, { id: hold.id }, visitor);
    expect(data.extendHold.__typename).toBe('Hold');

    const buyer = await signUp();
    const input = { holdId: hold.id, idempotencyKey: `visitor-${hold.id}` };
    await buyer.graph.expect('NotFound', PLACE_ORDER, { input });
    const placed = await buyer.graph.ask(PLACE_ORDER, { input }, visitor);
    const { order, paymentToken } = placed.data.placeOrder;
    await pay(buyer, paymentToken);
    await inState(buyer, order.id, 'COMPLETED');
  });
});

describe('the sales of an event, live', () => {
  it('are complete for an organizer who was away', async () => {
    const sold = async () => (await organizer.graph.data(SALES_SEQ, { id: event.id })).event.sales;
    const { seq } = await sold();
    const first = watchIt();
    const seen = first.subscribe(ACTIVITY, { eventId: event.id }, { resume: seq });
    await buy(await signUp(), event, 1);
    await eventually(() => expect(sales(seen)).toEqual([[seq + 1, 1]]), 10_000);
    first.terminate();

    await buy(await signUp(), event, 2);
    await buy(await signUp(), event, 3);
    const second = watchIt();
    const later = second.subscribe(ACTIVITY, { eventId: event.id }, { resume: seq + 1 });
    await buy(await signUp(), event, 4);
    const missed = [
      [seq + 2, 2],
      [seq + 3, 3],
      [seq + 4, 4],
    ];
    await eventually(() => expect(sales(later)).toEqual(missed), 10_000);
    expect((await sold()).seq).toBe(seq + 4);
  });

  it('are not told from a place that is not there', async () => {
    const stream = watchIt();
    const refused = stream.subscribe(ACTIVITY, { eventId: event.id }, { resume: 1_000_000 });
    await eventually(() =>
      expect(JSON.stringify([refused.ending(), refused.answers])).toContain('INVALID_INPUT'),
    );
  });
});
