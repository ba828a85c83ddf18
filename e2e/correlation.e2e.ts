import { randomIds } from '#kernel';
import { eventually } from '#testing';
import { PAY } from './support/documents.ts';
import { cart, fixedPrice, GOOD_CARD, inState, logOf, place, putOnSale, signUp } from './support/house.ts';
import { HOLD } from './support/documents.ts';

describe('the correlation id of a mutation', () => {
  it('leads through the logs of every service that it set in motion, to the last', async () => {
    const [organizer, buyer] = [await signUp('ORGANIZER'), await signUp()];
    const event = await putOnSale(organizer, [fixedPrice('Stalls', 4_500, 10)]);
    const hold = await buyer.graph.expect('Hold', HOLD, cart(event, 1));
    const { order, paymentToken } = await place(buyer, hold.id);
    const correlationId = randomIds.uuid();
    const variables = { input: { paymentToken, method: GOOD_CARD } };
    const answer = await buyer.graph.ask(PAY, variables, { 'x-correlation-id': correlationId });
    expect(answer.headers.get('x-correlation-id')).toBe(correlationId);
    await inState(buyer, order.id, 'COMPLETED');
    await eventually(() => {
      const mentioned = ['payments', 'tickets', 'checkin', 'pricing'].filter((service) =>
        logOf(service).includes(correlationId),
      );
      expect(mentioned).toEqual(['payments', 'tickets', 'checkin', 'pricing']);
    });
  });
});
