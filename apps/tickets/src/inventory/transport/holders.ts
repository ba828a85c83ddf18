import { Inject, Injectable } from '@nestjs/common';
import type { GraphContext } from '#graphql';
import { CLOCK, type Clock } from '#kernel';
import { readVisitorToken, VISITOR_HEADER } from '#security';
import { TICKETS_CONFIG, type TicketsConfig } from '../../config.ts';
import { type Holder, visitorAccount } from '../domain/holder.ts';

/** Reads from a request who may hold: its user, else the visitor whose token the gateway gave out. */
@Injectable()
export class Holders {
  constructor(
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(TICKETS_CONFIG) private readonly config: TicketsConfig,
  ) {}

  /** Undefined for who has neither signed in nor a good visitor's token. */
  in({ viewer, request }: GraphContext): Holder | undefined {
    const token = request?.headers[VISITOR_HEADER];
    const visitor =
      typeof token === 'string'
        ? readVisitorToken(this.config.VISITOR_KEY, token, this.clock.now())
        : undefined;
    const visitorAccountId = visitor && visitorAccount(visitor);
    if (viewer) return { accountId: viewer.userId, visitorAccountId };
    return visitorAccountId === undefined ? undefined : { accountId: visitorAccountId };
  }
}
