import type { PublishedEvent } from '#contracts';
import { eventually } from '#testing';
import { BoxOffice, cart, HOLD } from '../../test/box-office.ts';
import { AdvanceOrder } from '../orders/application/advance-order.ts';
import { AllowancesRepository } from './infrastructure/allowances.repository.ts';

/** Real: the service and the engines. One process is stopped in the middle of a claim; others go on with the order. */
let office: BoxOffice;
let allowances: AllowancesRepository;

beforeAll(async () => {
  office = await BoxOffice.open(60, 60);
  allowances = office.service.app.get(AllowancesRepository);
});

afterAll(() => office?.close());

/** The first attempt to count the order stops before it is sent, until the returned function lets it go on. */
function stopFirstRaise(orderId: string): { readonly stopped: Promise<void>; goOn(): Promise<unknown> } {
  const raise = allowances.raise.bind(allowances);
  const stopped = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  let late: Promise<boolean> | undefined;
  allowances.raise = (order, limits) => {
    if (order.id !== orderId || late) return raise(order, limits);
    stopped.resolve();
    late = gate.promise.then(() => raise(order, limits));
    return late;
  };
  return {
    stopped: stopped.promise,
    goOn: () => {
      gate.resolve();
      return Promise.resolve(late);
    },
  };
}

/** An order of two units, of an event that lets an account have two, whose claim stops before its buyer's are counted. */
async function stoppedClaim() {
  const event = await office.publish({ maxPerAccount: 2 });
  const client = await office.buyer();
  const { order } = await office.place(client, (await office.hold(client, event, 2)).id);
  const late = stopFirstRaise(order.id);
  await office.payment(order, 'PaymentAuthorized');
  await late.stopped;
  return { event, client, order, late };
}

async function change(collection: string, id: string, fields: object): Promise<void> {
  await office.service.db.collection<{ _id: string }>(collection).updateOne({ _id: id }, { $set: fields });
}

function countedOf(event: PublishedEvent): Promise<number> {
  return allowances.ofEvent(event.eventId, []).then((all) => all.reduce((sum, { total }) => sum + total, 0));
}

describe('an attempt to count an order for its buyer that comes after the order has ended', () => {
  it('counts nothing, though no attempt before it did', async () => {
    const { event, client, order, late } = await stoppedClaim();
    await change('inventory', event.eventId, { open: false });
    await change('orders', order.id, { driveAt: new Date() });
    await office.inState(client, order.id, 'CANCELLED');
    await late.goOn();
    expect(await countedOf(event)).toBe(0);
  });

  it('counts nothing when another had counted it, and it was taken off again', async () => {
    const { event, client, order, late } = await stoppedClaim();
    await change('orders', order.id, { driveAt: new Date() });
    await office.inState(client, order.id, 'CONFIRMED');
    expect(await countedOf(event)).toBe(2);
    await office.service.app.get(AdvanceOrder).nothingTaken(order.id);
    await office.inState(client, order.id, 'CANCELLED');
    await late.goOn();
    expect(await countedOf(event)).toBe(0);
    await eventually(() => client.expect('Hold', HOLD, cart(event, 2)));
  });
});
