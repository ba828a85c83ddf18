import type { Outcome, Reply } from '../payments/domain/operation.ts';

export type CommandName = 'AUTHORIZE' | 'CAPTURE' | 'VOID' | 'REFUND';

/** How the provider behaves with a method. */
export interface MethodBehaviour {
  /** What is answered to an authorization. */
  readonly authorization: Reply;
  /** The command that is carried out, but whose answer never comes: it must be asked for. */
  readonly losesAnswerTo?: CommandName;
  /** The first call of an authorization is neither answered nor carried out. */
  readonly timesOut?: boolean;
  /** The bank takes the money back some seconds later; a dispute that is WON is one of which it gives it again. */
  readonly disputed?: 'LOST' | 'WON';
  /** Times that the webhook of an authorization is sent; none if the answer has told it already. */
  readonly webhooks?: number;
}

const DONE: Outcome = { result: 'DONE' };

/** Refunds look for these two, so their names are known: the first refund is refused, … */
export const REFUSES_FIRST_REFUND = 'test_refuses_first_refund';
/** … or is paid, and comes back some seconds later, of which a webhook tells. Every later refund is paid for good. */
export const FIRST_REFUND_COMES_BACK = '4000000000005126';

/** The methods that exist at this provider. The numbers are Stripe's for the same cases; where it has none, names. */
export const METHODS: ReadonlyMap<string, MethodBehaviour> = new Map<string, MethodBehaviour>([
  ['4242424242424242', { authorization: DONE }],
  ['4000000000000002', { authorization: { result: 'REFUSED', code: 'CARD_DECLINED' } }],
  ['4000000000009995', { authorization: { result: 'REFUSED', code: 'INSUFFICIENT_FUNDS' } }],
  ['4000002500003155', { authorization: { result: 'UNDECIDED', waitsFor: 'BUYER' }, webhooks: 1 }],
  ['test_answers_late', { authorization: { result: 'UNDECIDED', waitsFor: 'PROVIDER' }, webhooks: 1 }],
  ['test_answers_twice', { authorization: DONE, webhooks: 2 }],
  ['test_times_out', { authorization: DONE, timesOut: true }],
  ['test_loses_authorization', { authorization: DONE, losesAnswerTo: 'AUTHORIZE' }],
  ['test_loses_capture', { authorization: DONE, losesAnswerTo: 'CAPTURE' }],
  ['4000000000007726', { authorization: DONE, losesAnswerTo: 'REFUND' }],
  ['4000000000000259', { authorization: DONE, disputed: 'LOST' }],
  ['test_dispute_won', { authorization: DONE, disputed: 'WON' }],
  [REFUSES_FIRST_REFUND, { authorization: DONE }],
  [FIRST_REFUND_COMES_BACK, { authorization: DONE }],
]);

export function methodsThatLoseAnswerTo(command: CommandName): string[] {
  return [...METHODS].filter(([, { losesAnswerTo }]) => losesAnswerTo === command).map(([method]) => method);
}
