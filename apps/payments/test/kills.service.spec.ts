import type { PaymentClaims } from '#security';
import { eventually, type RunningService } from '#testing';
import type { PaymentProvider } from '../src/payments/application/payment-provider.ts';
import {
  ANSWERS_LATE,
  ANSWERS_TWICE,
  CHALLENGED,
  DECLINED,
  LOSES_ANSWER_TO_REFUND,
  LOSES_AUTHORIZATION,
  LOSES_CAPTURE,
  newOrder,
  PAY,
  PaymentsStage,
  REFUSES_FIRST_REFUND,
  SUCCEEDS,
  TIMES_OUT,
} from './payments-stage.ts';

/**
 * Real: two instances of the service on the same engines. The first comes to a provider call and never gets beyond it, as
 * if it were killed there: it neither calls on nor writes what it has heard. It is stopped, and the second takes over.
 */
type Call = 'createIntent' | 'authorize' | 'capture' | 'void' | 'refund';
type Moment = 'BEFORE' | 'AFTER';

interface Death {
  readonly call: Call;
  /** Of the provider's hearing of the call. */
  readonly moment: Moment;
  readonly method: string;
  /** What the second instance makes of it. */
  readonly state: string;
  readonly failureCode?: string;
  /** What stands in the provider's books then. */
  readonly commands: string[];
  /** Transactions in the ledger then. */
  readonly booked: number;
}

const both = (death: Omit<Death, 'moment'>): Death[] => [
  { ...death, moment: 'BEFORE' },
  { ...death, moment: 'AFTER' },
];
const tried = { commands: ['AUTHORIZE'], booked: 0 };
const paid = { commands: ['AUTHORIZE', 'CAPTURE'], booked: 1 };
const back = { commands: [...paid.commands, 'REFUND'], booked: 2 };

const DEATHS: Death[] = [
  ...both({ call: 'createIntent', method: SUCCEEDS, state: 'AUTHORIZED', ...tried }),
  ...both({ call: 'authorize', method: SUCCEEDS, state: 'AUTHORIZED', ...tried }),
  ...both({ call: 'authorize', method: DECLINED, state: 'PENDING', failureCode: 'CARD_DECLINED', ...tried }),
  ...both({ call: 'authorize', method: CHALLENGED, state: 'REQUIRES_ACTION', commands: [], booked: 0 }),
  ...both({ call: 'authorize', method: ANSWERS_LATE, state: 'AUTHORIZED', ...tried }),
  ...both({ call: 'authorize', method: ANSWERS_TWICE, state: 'AUTHORIZED', ...tried }),
  ...both({ call: 'authorize', method: LOSES_AUTHORIZATION, state: 'AUTHORIZED', ...tried }),
  { call: 'authorize', moment: 'AFTER', method: TIMES_OUT, state: 'AUTHORIZED', ...tried },
  ...both({ call: 'capture', method: SUCCEEDS, state: 'CAPTURED', ...paid }),
  ...both({ call: 'capture', method: LOSES_CAPTURE, state: 'CAPTURED', ...paid }),
  ...both({ call: 'void', method: SUCCEEDS, state: 'VOIDED', commands: ['AUTHORIZE', 'VOID'], booked: 0 }),
  ...both({ call: 'void', method: CHALLENGED, state: 'VOIDED', commands: ['VOID'], booked: 0 }),
  ...both({ call: 'refund', method: SUCCEEDS, state: 'REFUNDED', ...back }),
  ...both({ call: 'refund', method: LOSES_ANSWER_TO_REFUND, state: 'REFUNDED', ...back }),
  ...both({ call: 'refund', method: REFUSES_FIRST_REFUND, state: 'CAPTURED', ...back, booked: 1 }).map(
    // Who asks cannot know that it was not paid before: it books the refund, and takes it back.
    (death) => (death.moment === 'AFTER' ? { ...death, booked: 3 } : death),
  ),
];

let stage: PaymentsStage;
let second: RunningService;
const orders = new Map<Death, PaymentClaims>();

beforeAll(async () => {
  stage = await PaymentsStage.open();
  for (const death of DEATHS) orders.set(death, newOrder());
  const reached = dieThere(stage.provider);
  await Promise.all(DEATHS.map((death) => lead(death)));
  await eventually(() => expect(reached.size).toBe(DEATHS.length), 15_000);
  [second] = await Promise.all([stage.startAnother(), stage.service.app.close()]);
  await Promise.all([...orders.values()].map((order) => stage.makeDue(order)));
}, 60_000);

afterAll(async () => {
  await second.app.close();
  await stage.close();
});

/** Lets every call of an order's death hang for ever; gives the orders that have come there. */
function dieThere(provider: PaymentProvider): Set<string> {
  const reached = new Set<string>();
  const deaths = new Map([...orders].map(([death, { orderId }]) => [orderId, death]));
  const orderOf = new Map<string, string>();
  const never = new Promise<never>(() => undefined);
  const wrap = (call: Call): void => {
    const original = (provider[call] as (request: any) => Promise<any>).bind(provider);
    const wrapped = async (request: { intentId?: string; orderId?: string }): Promise<unknown> => {
      const orderId = orderOf.get(request.intentId ?? '') ?? request.orderId ?? '';
      const death = deaths.get(orderId);
      const dies = (moment: Moment): boolean => death?.call === call && death.moment === moment;
      if (dies('BEFORE')) {
        reached.add(orderId);
        return never;
      }
      // A call that is never answered is one that the process dies in.
      if (dies('AFTER') && death?.method === TIMES_OUT) reached.add(orderId);
      const answer = await original(request).catch((error: unknown) => {
        if (!dies('AFTER')) throw error;
      });
      if (call === 'createIntent') orderOf.set(answer, orderId);
      if (!dies('AFTER')) return answer;
      reached.add(orderId);
      return never;
    };
    Object.assign(provider, { [call]: wrapped });
  };
  for (const call of ['createIntent', 'authorize', 'capture', 'void', 'refund'] as const) wrap(call);
  return reached;
}

/** Brings an order to the call in which the first instance dies. */
async function lead(death: Death): Promise<void> {
  const { call, method } = death;
  const order = orders.get(death)!;
  const pay = stage.buyer.data(PAY, stage.input(order, method));
  // Nobody waits for an answer that does not come.
  if (call === 'createIntent' || call === 'authorize') return void pay.catch(() => undefined);
  await pay;
  if (call === 'void') return void (await stage.tell(order, 'OrderCancelled', 'CANCELLED', 3));
  await stage.tell(order, 'OrderConfirmed', 'CONFIRMED', 3);
  if (call === 'capture') return;
  await eventually(async () => expect((await stage.stored(order)).state).toBe('CAPTURED'));
  await stage.askBack(order, 'one', 6);
}

const titles = DEATHS.map((death) => [`${death.call} ${death.moment}`, death.method, death] as const);

describe('a service that is killed in a provider call is taken over from', () => {
  it.each(titles)('%s the provider has heard of it, of %s', async (_, __, death) => {
    const order = orders.get(death)!;
    await eventually(async () => {
      await stage.makeDue(order);
      const { state, failureCode, refunds, operation } = await stage.stored(order);
      const isChallenged = operation?.waitsFor === 'BUYER' && operation.kind === 'AUTHORIZE';
      expect([isChallenged ? 'REQUIRES_ACTION' : state, failureCode]).toEqual([
        death.state,
        death.failureCode,
      ]);
      if (death.call === 'refund') expect(refunds).toHaveLength(1);
      if (!isChallenged) expect(operation).toBeUndefined();
    });
    expect((await stage.booksOf(order)).commands).toEqual(death.commands);
    const booked = await stage.collection('ledger').countDocuments({ orderId: order.orderId } as object);
    expect(booked).toBe(death.booked);
  });
});
