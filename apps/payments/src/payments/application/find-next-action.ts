import { Injectable } from '@nestjs/common';
import { within } from '#kernel';
import { isChallenged } from '../domain/challenge.ts';
import type { Payment } from '../domain/payment.ts';
import type { NextAction } from './payment-provider.ts';
import { PaymentProviders } from './payment-providers.ts';

/** A page waits for it. */
const PATIENCE_MS = 3_000;

/**
 * What the buyer is to do at the provider before the payment is authorized. It is asked of the provider each time, for
 * what opens it is a secret of buyer and provider and is not kept here.
 */
@Injectable()
export class FindNextAction {
  constructor(private readonly providers: PaymentProviders) {}

  async execute(payment: Payment): Promise<NextAction | undefined> {
    if (!isChallenged(payment) || payment.intentId === undefined) return undefined;
    return within(PATIENCE_MS, this.providers.of(payment).nextAction(payment.intentId));
  }
}
