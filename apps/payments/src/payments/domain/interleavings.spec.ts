import fc from 'fast-check';
import type { OrderState } from '#contracts';
import { payable, World } from '../../../test/payment-world.ts';
import { isChallenged } from './challenge.ts';
import { isBusy } from './payment.ts';

type Action = (world: World) => void;

/** Shown by its name in a counterexample. */
function action<T extends unknown[]>(name: string, does: (world: World, ...rest: T) => void) {
  return (...rest: T): Action =>
    Object.assign((world: World) => does(world, ...rest), {
      [fc.toStringMethod]: () => `${name}(${rest.join()})`,
    });
}

const worker = fc.nat(2);
const which = fc.nat(5);
const method = fc.constantFrom('succeeds', 'succeeds', 'declines', 'challenges');
const state = fc.constantFrom<OrderState[]>(
  'CONFIRMED',
  'CONFIRMED',
  'COMPLETED',
  'EXPIRED',
  'CANCELLED',
  'REFUNDING',
  'REFUNDING',
);

const step = worker.map(action('step', (world, w: number) => world.step(w)));
const arrive = which.map(action('arrive', (world, i: number) => world.arrive(i)));
const pay = fc
  .tuple(worker, method, fc.boolean())
  .map((some) =>
    action('pay', (world, w: number, m: string, late: boolean) => world.pay(w, m, late))(...some),
  );
const deliver = fc
  .tuple(worker, which)
  .map((some) => action('deliver', (world, w: number, i: number) => world.deliver(w, i))(...some));
const sweep = worker.map(action('sweep', (world, w: number) => world.sweep(w)));
const crash = worker.map(action('crash', (world, w: number) => world.crash(w)));
const turn = fc.constant(
  action('turn', (world) => (world.provider.refusesRefunds = !world.provider.refusesRefunds))(),
);
const sendBack = which.map(action('sendBack', (world, i: number) => world.provider.sendBack(i)));
const webhook = fc
  .tuple(worker, which)
  .map((some) => action('webhook', (world, w: number, i: number) => world.webhook(w, i))(...some));
const waitLong = fc.constant(action('waitLong', (world) => world.waitLong())());
const answer = fc
  .boolean()
  .map(action('answer', (world, approved: boolean) => world.provider.answer(approved)));
const publish = state.map(action('publish', (world, s: OrderState) => world.publish(s)));

const anyAction = fc.oneof(
  { weight: 12, arbitrary: step },
  { weight: 4, arbitrary: arrive },
  { weight: 3, arbitrary: pay },
  { weight: 3, arbitrary: deliver },
  { weight: 1, arbitrary: sweep },
  { weight: 1, arbitrary: crash },
  { weight: 1, arbitrary: turn },
  { weight: 1, arbitrary: answer },
  { weight: 1, arbitrary: waitLong },
  { weight: 3, arbitrary: publish },
);

/** Of an order whose money is taken: it goes back, in parts, and comes back from the bank. */
const anyActionOfRefunds = fc.oneof(
  { weight: 12, arbitrary: step },
  { weight: 4, arbitrary: arrive },
  { weight: 3, arbitrary: deliver },
  { weight: 1, arbitrary: sweep },
  { weight: 1, arbitrary: crash },
  { weight: 1, arbitrary: turn },
  { weight: 2, arbitrary: publish },
  { weight: 2, arbitrary: sendBack },
  { weight: 2, arbitrary: webhook },
);

const refundActions = fc.array(anyActionOfRefunds, { minLength: 20, maxLength: 120, size: 'max' });

/** All of the money goes back at once unless the order is completed. */
function paidWorld(isCompleted: boolean): World {
  const world = new World();
  world.pay(0, 'succeeds', false);
  goOn(world);
  world.publish('CONFIRMED');
  world.deliver(0, 1);
  goOn(world);
  if (isCompleted) world.publish('COMPLETED');
  return world;
}

/** Plain conditions: they are checked after each of some hundred thousand steps. */
function checkAlways({ provider, stored, order }: World): void {
  const { moved, status } = provider;
  const idle = stored && !isBusy(stored) ? stored.state : undefined;
  const refunded = idle === 'REFUNDED';
  // A refund that has come back is paid on paper until that is heard.
  const hasComeBack = provider.sentBack.length > 0;
  const broken = {
    'authorized twice': moved.filter((to) => to === 'AUTHORIZED').length > 1,
    'captured and voided': moved.includes('CAPTURED') && moved.includes('VOIDED'),
    'captured unconfirmed': moved.includes('CAPTURED') && !order.some((copy) => copy.state === 'CONFIRMED'),
    'paid back more than was taken': provider.amountBack > payable.amount.amount,
    'paid back unasked':
      provider.paidBack.size > 0 &&
      [...provider.paidBack].some(([id, paid]) => {
        const one = order.flatMap(({ refunds = [] }) => refunds).find(({ refundId }) => refundId === id);
        return one?.amount.amount !== paid;
      }),
    'paid back on paper only': refunded && !hasComeBack && provider.amountBack !== payable.amount.amount,
    'captured or voided on paper only': (idle === 'CAPTURED' || idle === 'VOIDED') && status !== idle,
    'authorized on paper only': idle === 'AUTHORIZED' && status !== 'AUTHORIZED',
    'approved after it was voided': status === 'VOIDED' && moved.at(-1) !== 'VOIDED',
    'authorized unknown to us': (idle === 'PENDING' || idle === 'FAILED') && status !== 'OPEN',
  };
  for (const [rule, isBroken] of Object.entries(broken)) if (isBroken) throw new Error(rule);
}

/** Every process dies; one comes back, hears the rest of the facts, and sweeps. */
function heal(world: World): void {
  for (let w = 0; w < world.workers.length; w++) world.crash(w);
  if (world.done < world.order.length) world.deliver(0, world.order.length - 1);
  goOn(world);
  for (const [i, refundId] of world.provider.sentBack.entries()) {
    if (!world.heardBack.has(refundId)) world.webhook(0, i);
    goOn(world);
  }
  for (let sweeps = 0; world.stored?.dueAt && sweeps < 20; sweeps++) {
    world.sweep(0);
    goOn(world);
  }
}

/** Whoever waits for money asks again, until the bank keeps what is paid. */
function askUntilAllIsBack(world: World): void {
  world.provider.refusesRefunds = false;
  for (let tries = 0; tries < 8; tries++) {
    world.publish('REFUNDING');
    heal(world);
  }
}

function goOn(world: World): void {
  for (let steps = 0; steps < 30 && world.workers[0]; steps++) {
    world.step(0);
    for (let i = 0; i < world.wire.length; i++) world.arrive(i);
    checkAlways(world);
  }
}

function checkLedger({ provider, ledger }: World): void {
  const booked = [...ledger].filter((one) => one.startsWith('REFUND ')).map((one) => one.slice(7));
  const paid = booked.filter((refundId) => !ledger.has(`REVERSAL ${refundId}`));
  expect(paid.sort()).toEqual([...provider.paidBack.keys()].sort());
}

function checkHealed({ provider, stored, asked, orderState, hasGivenUp }: World): void {
  expect(stored?.doubts).toBeUndefined();
  if (orderState === 'CONFIRMED' || orderState === 'COMPLETED') {
    expect([stored?.state, provider.status]).toEqual(['CAPTURED', 'CAPTURED']);
  } else if (orderState === 'AWAITING_PAYMENT') {
    // It is about to expire when its try was given up.
    expect(hasGivenUp ? ['OPEN', 'AUTHORIZED', 'VOIDED'] : ['OPEN', 'AUTHORIZED']).toContain(provider.status);
  } else if (orderState === 'EXPIRED') {
    // Not paid, or withdrawn while the buyer was asked to approve; or too late: then it waits for what `tickets` says.
    expect([undefined, 'FAILED', 'VOIDED', 'AUTHORIZED']).toContain(stored?.state);
    const isOpen = stored === undefined || stored.state === 'FAILED';
    expect(provider.status).toBe(isOpen ? 'OPEN' : stored.state);
  } else if (orderState === 'REFUNDING' && provider.status === 'CAPTURED') {
    // Paid back, or known to be refused: then the order asks again.
    const settled = stored?.refunds ?? [];
    for (const { refundId } of asked) expect(settled.map((one) => one.refundId)).toContain(refundId);
    const paid = settled.filter(({ refusal }) => !refusal);
    expect([...provider.paidBack.keys()].sort()).toEqual(paid.map(({ refundId }) => refundId).sort());
    expect(stored?.state).toBe(provider.amountBack === payable.amount.amount ? 'REFUNDED' : 'CAPTURED');
  } else {
    expect([undefined, 'FAILED', 'VOIDED']).toContain(stored?.state);
    expect(stored && isChallenged(stored)).toBeFalsy();
    expect(['OPEN', 'VOIDED']).toContain(provider.status);
  }
}

describe('a payment, whatever happens in whatever order', () => {
  it('is never captured and voided both, is captured only for a confirmed order, is paid back once, and comes to its end', () => {
    const reached = new Set<string>();
    fc.assert(
      fc.property(fc.array(anyAction, { minLength: 10, maxLength: 120, size: 'max' }), (actions) => {
        const world = new World();
        for (const act of actions) {
          act(world);
          checkAlways(world);
        }
        heal(world);
        checkHealed(world);
        checkLedger(world);
        reached.add(`${world.orderState} ${world.stored?.state}`);
        // Voided while the buyer was still to approve.
        if (world.provider.moved.join() === 'VOIDED')
          reached.add(world.hasGivenUp ? 'GIVEN UP' : 'WITHDRAWN');
        if (world.takenBack > 0) reached.add('TAKEN BACK');
      }),
      { numRuns: 2_000 },
    );
    // The search is worth its name only if it came to the ends that matter.
    for (const end of [
      'CONFIRMED CAPTURED',
      'CANCELLED VOIDED',
      'EXPIRED FAILED',
      'EXPIRED AUTHORIZED',
      'REFUNDING VOIDED',
      'REFUNDING CAPTURED',
      'REFUNDING REFUNDED',
      'WITHDRAWN',
      'GIVEN UP',
      'TAKEN BACK',
    ]) {
      expect(reached).toContain(end);
    }
  });

  it('has paid back what the provider has, whatever comes back from the bank, and its ledger says the same', () => {
    const reached = new Set<string>();
    fc.assert(
      fc.property(fc.boolean(), refundActions, (isCompleted, actions) => {
        const world = paidWorld(isCompleted);
        for (const act of actions) {
          act(world);
          checkAlways(world);
        }
        heal(world);
        checkHealed(world);
        checkLedger(world);
        const { sentBack, paidBack } = world.provider;
        if (sentBack.length > 0) reached.add(`${world.stored?.state}, ${Math.min(paidBack.size, 2)} PAID`);
        askUntilAllIsBack(world);
        checkHealed(world);
        checkLedger(world);
        expect(world.stored?.state).toBe('REFUNDED');
      }),
      { numRuns: 2_000 },
    );
    for (const end of ['CAPTURED, 0 PAID', 'CAPTURED, 1 PAID', 'CAPTURED, 2 PAID'])
      expect(reached).toContain(end);
  });
});
