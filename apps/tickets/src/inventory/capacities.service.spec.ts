import { eventsEvents, type FactsOf, type PublishedEvent, ticketsCapacities } from '#contracts';
import { randomIds } from '#kernel';
import { eventually } from '#testing';
import { BoxOffice, cart, HOLD } from '../../test/box-office.ts';

let office: BoxOffice;
let decided: FactsOf<typeof ticketsCapacities>[];

beforeAll(async () => {
  office = await BoxOffice.open(60);
  decided = await office.line.collect(ticketsCapacities);
});

afterAll(() => office?.close());

const withCapacity = (event: PublishedEvent, capacity: number): Partial<PublishedEvent> => ({
  ticketTypes: event.ticketTypes.map((ticketType) => ({ ...ticketType, capacity })),
});
const decisionsOn = ({ eventId }: PublishedEvent) =>
  decided.filter(({ aggregateId }) => aggregateId === eventId);

async function decision(event: PublishedEvent, eventVersion: number) {
  return eventually(() => {
    const fact = decisionsOn(event).find(({ payload }) => payload.eventVersion === eventVersion);
    if (!fact) throw new Error(`version ${eventVersion} is not decided`);
    return fact;
  });
}

/** So many buyers ask for one unit each, again while the stock is being built. Gives how many have one. */
async function held(event: PublishedEvent, buyers: number): Promise<number> {
  const answers = await Promise.all(
    Array.from({ length: buyers }, async (): Promise<string> => {
      const client = await office.buyer();
      return eventually(async () => {
        const { holdTickets } = await client.data(HOLD, cart(event, 1));
        expect(holdTickets.__typename).not.toBe('RetryLater');
        return holdTickets.__typename;
      });
    }),
  );
  return answers.filter((answer) => answer === 'Hold').length;
}

describe('the capacity of a ticket type', () => {
  it('rises when the organizer wants it, and a new ticket type is for sale', async () => {
    const event = await office.publish({}, 2);
    await office.hold(await office.buyer(), event, 2);
    const [first] = event.ticketTypes;
    const balcony = {
      ...first!,
      ticketTypeId: randomIds.uuid(),
      name: 'Balcony',
      capacity: 5,
      sectionIds: ['north'],
    };
    const { event: changed } = await office.change(event, {
      ticketTypes: [{ ...first!, capacity: 3 }, balcony],
    });
    const { type, payload, aggregateVersion } = await decision(event, 2);
    expect([type, aggregateVersion]).toEqual(['CapacityChanged', 1]);
    expect(payload).toMatchObject({
      ticketTypes: [
        { ticketTypeId: first!.ticketTypeId, capacity: 3 },
        { ticketTypeId: balcony.ticketTypeId, capacity: 5 },
      ],
      refused: [],
    });
    await eventually(async () =>
      expect((await office.figures(event)).availability).toMatchObject({ available: 6, capacity: 8 }),
    );
    await office.hold(await office.buyer(), { ...changed, ticketTypes: [balcony] }, 4);
    await office.hold(await office.buyer(), event, 1);
  });

  it('falls to what is sold and reserved, not below: a cut below is refused and changes nothing', async () => {
    const event = await office.publish({}, 10);
    await office.buy(event, 2);
    const client = await office.buyer();
    const hold = await office.hold(client, event, 3);
    const { fact } = await office.change(event, withCapacity(event, 4));
    const refused = await decision(event, 2);
    expect(refused.type).toBe('CapacityChangeRefused');
    expect(refused.payload.refused).toEqual([
      { ticketTypeId: event.ticketTypes[0]!.ticketTypeId, wished: 4, committed: 5, capacity: 10 },
    ]);
    await eventually(async () =>
      expect((await office.figures(event)).availability).toMatchObject({ available: 5, capacity: 10 }),
    );
    await office.line.repeat(eventsEvents, fact);
    await office.change(event, withCapacity(event, 5), 3);
    expect((await decision(event, 3)).payload).toMatchObject({ ticketTypes: [{ capacity: 5 }], refused: [] });
    await (await office.buyer()).expect('SoldOut', HOLD, cart(event, 1));
    const { order } = await office.place(client, hold.id);
    await office.payment(order, 'PaymentAuthorized');
    await office.inState(client, order.id, 'CONFIRMED');
    expect((await office.inventoryOf(event)).wish).toBeUndefined();
  });

  it('is decided once for each version of the event, in whatever order and however often they come', async () => {
    const event = await office.publish({}, 10);
    const { fact: newer } = await office.change(event, withCapacity(event, 8), 3);
    await decision(event, 3);
    await office.change(event, withCapacity(event, 20), 2);
    await office.line.repeat(eventsEvents, newer);
    await office.change(event, withCapacity(event, 9), 4);
    await decision(event, 4);
    expect(decisionsOn(event).map(({ payload }) => payload.eventVersion)).toEqual([3, 4]);
    await eventually(async () =>
      expect((await office.figures(event)).availability).toMatchObject({ available: 9, capacity: 9 }),
    );
  });

  it('is told once as in force when the event is first heard of by a later version', async () => {
    const known = await office.publish();
    const ticketTypes = known.ticketTypes.map((type) => ({ ...type, ticketTypeId: randomIds.uuid() }));
    const first: PublishedEvent = { ...known, eventId: randomIds.eventId(), ticketTypes };
    const { event, fact } = await office.change(first, withCapacity(first, 8), 3);
    const { type, payload } = await decision(event, 3);
    expect(type).toBe('CapacityChanged');
    expect(payload).toMatchObject({ ticketTypes: [{ capacity: 8 }], refused: [] });
    await office.line.repeat(eventsEvents, fact);
    const aggregate = { id: event.eventId, version: 1 };
    await office.line.publish(eventsEvents, 'EventPublished', aggregate, first);
    await office.change(event, withCapacity(event, 9), 2);
    await office.change(event, withCapacity(event, 6), 4);
    await decision(event, 4);
    expect(decisionsOn(event).map(({ payload: { eventVersion } }) => eventVersion)).toEqual([3, 4]);
    expect(decisionsOn(known)).toEqual([]);
    expect((await office.inventoryOf(event)).wish).toBeUndefined();
    await eventually(async () =>
      expect((await office.figures(event)).availability).toMatchObject({ available: 6, capacity: 6 }),
    );
  });

  it('is decided to the end after a crash between two steps', async () => {
    const event = await office.publish({}, 10);
    const { ticketTypeId } = event.ticketTypes[0]!;
    await office.hold(await office.buyer(), event, 1);
    // Another process noted the wish and took the units in Redis; then it died.
    const wish = { eventVersion: 2, undecided: { [ticketTypeId]: 6 }, refused: {} };
    await office.service.db
      .collection('inventory')
      .updateOne({ _id: event.eventId as never }, { $set: { wish } });
    await office.change(event, withCapacity(event, 6));
    expect((await decision(event, 2)).payload.ticketTypes).toEqual([{ ticketTypeId, capacity: 6 }]);
    await eventually(async () => expect(await office.available(event)).toBe(5));
  });

  it.each([5, 12, 30])('never falls below what is held when it is cut to %i among holds', async (wished) => {
    const event = await office.publish({}, 40);
    const [atOnce] = await Promise.all([held(event, 25), office.change(event, withCapacity(event, wished))]);
    const { payload } = await decision(event, 2);
    const [inForce] = payload.ticketTypes;
    expect(inForce?.capacity).toBe(payload.refused.length > 0 ? 40 : wished);
    const after = await held(event, 45);
    expect(atOnce + after).toBe(inForce?.capacity);
  });
});
