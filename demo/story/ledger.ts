/** Why somebody who came to buy held nothing. */
export type WhyNot = 'SOLD_OUT' | 'TOO_DEAR' | 'SALES_CLOSED';

/** How one buyer's visit ended, as the buyer was told. Amounts are in minor units. */
export type Visit =
  | { readonly ending: 'BOUGHT'; readonly purchase: Purchase }
  | { readonly ending: 'LEFT_UNITS_TAKEN'; readonly taken: Taken }
  | { readonly ending: 'RELEASED' }
  | { readonly ending: 'DID_NOT_BUY'; readonly why: WhyNot };

export interface Purchase {
  readonly orderId: string;
  readonly ticketTypeId: string;
  readonly quantity: number;
  /** What the hold promised. */
  readonly quoted: number;
  /** What was taken from the card; undefined when the payment does not say that it was. */
  readonly charged: number | undefined;
  readonly ticketIds: readonly string[];
  /** The buyer's bank wanted the payment approved first. */
  readonly approvedAtBank?: boolean;
}

/** Units that nobody paid for and that are not free again before the deadline. */
export interface Taken {
  readonly quantity: number;
  readonly until: Date;
}

/** The client's own books, kept only from what the buyers were told: what the platform's figures are checked against. */
export class Ledger {
  constructor(private readonly visits: readonly Visit[]) {}

  get purchases(): Purchase[] {
    return this.visits.flatMap((visit) => (visit.ending === 'BOUGHT' ? [visit.purchase] : []));
  }

  get unitsSold(): number {
    return sumOf(this.purchases, ({ quantity }) => quantity);
  }

  get revenue(): number {
    return sumOf(this.purchases, ({ quoted }) => quoted);
  }

  get ticketsReceived(): number {
    return new Set(this.purchases.flatMap(({ ticketIds }) => ticketIds)).size;
  }

  unitsSoldOf(ticketTypeId: string): number {
    const ofType = this.purchases.filter((purchase) => purchase.ticketTypeId === ticketTypeId);
    return sumOf(ofType, ({ quantity }) => quantity);
  }

  /** Units that buyers walked away from and that are still kept for them. */
  unitsStillTaken(now: Date): number {
    const taken = this.visits.flatMap((visit) => (visit.ending === 'LEFT_UNITS_TAKEN' ? [visit.taken] : []));
    return sumOf(
      taken.filter(({ until }) => until > now),
      ({ quantity }) => quantity,
    );
  }

  count(ending: Visit['ending']): number {
    return this.visits.filter((visit) => visit.ending === ending).length;
  }
}

export function sumOf<T>(items: readonly T[], amountOf: (item: T) => number): number {
  return items.reduce((sum, item) => sum + amountOf(item), 0);
}
