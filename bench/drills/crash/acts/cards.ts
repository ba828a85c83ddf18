import { LoadError } from '../../../load/tally.ts';
import { PAY_CHALLENGED } from '../../../sale/documents.ts';
import { ignoring, type Ordered, type Visit } from '../visit.ts';

/** Of the test provider; `PayInput.method` tells them all. */
export const CARDS = {
  declined: '4000000000000002',
  challenged: '4000002500003155',
  timesOut: 'test_times_out',
  answersLate: 'test_answers_late',
  answersTwice: 'test_answers_twice',
  losesAuthorization: 'test_loses_authorization',
  losesCapture: 'test_loses_capture',
  losesRefund: '4000000000007726',
  refusesFirstRefund: 'test_refuses_first_refund',
} as const;

export async function buysWithASecondCard(visit: Visit): Promise<void> {
  const ordered = await visit.holdsAndOrders(visit.someUnits());
  const { placed } = ordered;
  await visit
    .persist(() => visit.visitor.pay(visit.buyer, placed, CARDS.declined))
    .then(
      () => visit.contradicts(`order ${placed.order.id} was paid with a card that is always declined`),
      ignoring('PAYMENT_DECLINED'),
    );
  await visit.pays(ordered);
}

/** The provider sends the buyer to a page of its own, and tells by a webhook what came of it. */
export async function approvesAChallenge(visit: Visit): Promise<void> {
  const ordered = await visit.holdsAndOrders(visit.someUnits());
  await press(visit, await challengeOf(visit, ordered), 'approve');
  visit.note(ordered, { isPaid: true });
  await visit.comesToATicket(ordered);
}

export async function deniesAChallenge(visit: Visit): Promise<void> {
  const ordered = await visit.holdsAndOrders(visit.someUnits());
  visit.note(ordered, { isUnpayable: true });
  await press(visit, await challengeOf(visit, ordered), 'deny');
}

export async function leavesAChallenge(visit: Visit): Promise<void> {
  const ordered = await visit.holdsAndOrders(visit.someUnits());
  visit.note(ordered, { isUnpayable: true });
  await challengeOf(visit, ordered);
}

/** The path of the page at which the payment is to be approved. */
async function challengeOf(visit: Visit, { placed }: Ordered): Promise<string> {
  const { graph, buyer, memory } = visit;
  const input = { paymentToken: placed.paymentToken, method: CARDS.challenged };
  return visit.persist(async () => {
    const pay = () => graph.ask(PAY_CHALLENGED, { input }, buyer.token);
    const { state, nextAction } = await memory.tally.time('pay', pay);
    const url = nextAction?.url;
    if (typeof url !== 'string') throw new LoadError('NO_CHALLENGE', `the payment is ${state}`);
    return new URL(url).pathname;
  });
}

/** The page says 409 to whoever has pressed before. */
async function press(visit: Visit, path: string, answer: 'approve' | 'deny'): Promise<void> {
  await visit.persist(() =>
    visit.memory.tally
      .time('challenge', () => visit.graph.press(`${path}/${answer}`))
      .catch(ignoring('HTTP_409')),
  );
}
