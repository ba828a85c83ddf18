import type { Money } from '#kernel';

/**
 * Something that the provider is asked to do with a payment: written down before the provider is called, and taken off
 * the payment together with its outcome. A payment has at most one at a time.
 */
export type Operation = Authorize | Capture | Void | Refund;

interface Intended {
  /** The provider's idempotency key: calling again with it is never a second effect. */
  readonly key: string;
  readonly startedAt: Date;
  /** What the provider has said of it so far, if that is no outcome. */
  readonly waitsFor?: Undecided['waitsFor'];
}

/** Reserve the amount on the buyer's payment method. */
export interface Authorize extends Intended {
  readonly kind: 'AUTHORIZE';
  /** The provider's name of a payment method; never card data. Needed to call again when the outcome is not known. */
  readonly method: string;
}

/** Take the authorized amount. */
export interface Capture extends Intended {
  readonly kind: 'CAPTURE';
  /** Whom the money is owed to. */
  readonly organizationId: string;
}

/** Give the authorized amount free, untaken. */
export interface Void extends Intended {
  readonly kind: 'VOID';
}

/** Pay back of what was taken. */
export interface Refund extends Intended {
  readonly kind: 'REFUND';
  readonly refundId: string;
  readonly amount: Money;
  /** Whose money it was by then. */
  readonly organizationId: string;
}

/** What the provider says became of an operation. That it has not said anything is no outcome: ask again. */
export type Outcome =
  | { readonly result: 'DONE' }
  /** `code` is stable, e.g. `CARD_DECLINED`. */
  | { readonly result: 'REFUSED'; readonly code: string };

/** The provider has the operation, and its outcome comes later: it tells by a webhook, and can be asked. */
export interface Undecided {
  readonly result: 'UNDECIDED';
  /** BUYER: who has to approve the authorization at the provider. PROVIDER: which is still at it. */
  readonly waitsFor: 'BUYER' | 'PROVIDER';
}

export type Reply = Outcome | Undecided;

/** The refusal that is the request's fault, not a decline: the provider knows no such method. */
export const INVALID_METHOD = 'INVALID_METHOD';

/** The provider wants the buyer to approve the authorization, by the bank's own means, before it decides. */
export function awaitsBuyer(operation: Operation | undefined): boolean {
  return operation?.kind === 'AUTHORIZE' && operation.waitsFor === 'BUYER';
}
