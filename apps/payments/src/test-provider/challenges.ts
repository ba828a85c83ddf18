import { createHmac, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { PAYMENTS_CONFIG, type PaymentsConfig } from '../config.ts';
import { OwnAddress } from './own-address.ts';

export const CHALLENGES_PATH = '/test-provider/challenges';

/** Addresses at which a buyer approves a payment. Whoever has one may answer: it stands for the bank's own sign-in. */
@Injectable()
export class Challenges {
  constructor(
    private readonly own: OwnAddress,
    @Inject(PAYMENTS_CONFIG) private readonly config: PaymentsConfig,
  ) {}

  /** Undefined until the service listens. */
  urlOf(intentId: string): string | undefined {
    const origin = this.own.publicOrigin;
    return origin && `${origin}${CHALLENGES_PATH}/${intentId}.${this.signatureOf(intentId)}`;
  }

  /** The intent of an address' last part; undefined when it was not made here. */
  intentOf(token: string): string | undefined {
    const [, intentId, signature] = /^([\w-]{1,100})\.([\w-]{43})$/.exec(token) ?? [];
    if (intentId === undefined || signature === undefined) return undefined;
    const expected = Buffer.from(this.signatureOf(intentId));
    return timingSafeEqual(expected, Buffer.from(signature)) ? intentId : undefined;
  }

  /** The purpose is part of what is signed: it never passes as the signature of a webhook. */
  private signatureOf(intentId: string): string {
    const text = `tessera test provider challenge\n${intentId}`;
    return createHmac('sha256', this.config.TEST_PROVIDER_KEY).update(text).digest('base64url');
  }
}
