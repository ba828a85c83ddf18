import { Failure, formatMoney, type Money, WrongState } from '#kernel';
import type { HoldStatus } from './hold.ts';

/** Fewer units are free than were asked for. */
export class SoldOut extends Failure {
  readonly code = 'SOLD_OUT';

  constructor(
    readonly ticketTypeId: string,
    readonly available: number,
    /** Whether only some of the ticket type's seats would do. */
    isOfSome = false,
  ) {
    super(isOfSome ? someShort(available) : allShort(available));
  }
}

function allShort(available: number): string {
  if (available === 0) return 'This ticket type is sold out.';
  return `Only ${available} of this ticket type ${available === 1 ? 'is' : 'are'} left.`;
}

function someShort(available: number): string {
  const left =
    available === 0 ? 'No such seats are' : `Only ${available} such seat${available === 1 ? ' is' : 's are'}`;
  return `${left} left: ask without \`sectionId\` and \`accessible\` for others of this ticket type.`;
}

/** The cart costs more than the buyer agreed to. */
export class PriceChanged extends Failure {
  readonly code = 'PRICE_CHANGED';

  constructor(readonly newTotal: Money) {
    super(`The price has changed: the total is ${formatMoney(newTotal)} now.`);
  }
}

export type Limit = 'maxPerOrder' | 'maxPerAccount' | 'holdsPerVisitor' | 'holdsPerAddress';

export class LimitExceeded extends Failure {
  readonly code = 'LIMIT_EXCEEDED';

  constructor(
    readonly limit: Limit,
    readonly max: number,
    /** Undefined when the limit is the event's. */
    readonly ticketTypeId: string | undefined,
  ) {
    super(explain(limit, max, ticketTypeId ? 'type' : 'event'));
  }
}

function explain(limit: Limit, max: number, of: 'type' | 'event'): string {
  switch (limit) {
    case 'maxPerOrder':
      return `One order may have at most ${max} of this ticket type.`;
    case 'maxPerAccount':
      return `One account may have at most ${max} tickets of this ${of}, holds and open orders included.`;
    case 'holdsPerVisitor':
      return 'Without signing in, one hold of an event at a time is possible: release it, or sign in.';
    case 'holdsPerAddress':
      return `At most ${max} visitors from one network address may hold tickets of an event without signing in: sign in.`;
  }
}

/** A hold is given more time once only. */
export class AlreadyExtended extends Failure {
  readonly code = 'ALREADY_EXTENDED';

  constructor(readonly expiresAt: Date) {
    super('The hold has been extended already, which is possible once: place the order before it expires.');
  }
}

export class SalesClosed extends Failure {
  readonly code = 'SALES_CLOSED';

  constructor(
    /** Undefined, like the end, when the sale was closed for good. */
    readonly salesStartAt: Date | undefined,
    readonly salesEndAt: Date | undefined,
    /** Undefined when it is the whole event that is not on sale. */
    readonly ticketTypeId?: string,
  ) {
    const sold = `The ${ticketTypeId ? 'ticket type' : 'event'} is`;
    super(
      salesStartAt && salesEndAt
        ? `${sold} on sale from ${salesStartAt.toISOString()} to ${salesEndAt.toISOString()}, not at this moment.`
        : `${sold} not on sale any more.`,
    );
  }
}

export class HoldExpired extends Failure {
  readonly code = 'HOLD_EXPIRED';

  constructor() {
    super("The hold's time is over and its units are free again: hold anew.");
  }
}

/** Of a hold that takes no command any more. */
export function holdEnded(status: HoldStatus): WrongState {
  const why =
    status === 'ORDERED'
      ? 'The hold has become an order, which ends by itself if it is not paid until its `payBy`.'
      : `The hold is ${status} and its units are free again: hold anew.`;
  return new WrongState(status, why);
}
