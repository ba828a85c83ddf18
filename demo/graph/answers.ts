/** What the operations of this demo answer, as far as it reads them. */

export interface Money {
  /** Minor units. */
  readonly amount: number;
  readonly currency: string;
}

/** An expected failure: any member of a mutation's union that implements the schema's `Failure`. */
export interface Refusal {
  readonly __typename: string;
  readonly code: string;
  readonly message: string;
  /** Of INVALID_INPUT. */
  readonly field?: string;
  /** Of RETRY_LATER. */
  readonly retryAfterMs?: number;
}

export interface Session {
  readonly accessToken: string;
  readonly user: {
    readonly id: string;
    readonly memberships: readonly { readonly organization: { readonly id: string } }[];
  };
}

export interface NewEvent {
  readonly id: string;
  readonly name: string;
  readonly ticketTypes: readonly { readonly id: string; readonly name: string }[];
}

/** What a visitor sees before buying. */
export interface Offer {
  readonly availability: { readonly status: string };
  readonly ticketTypes: readonly OfferedTicketType[];
}

export interface OfferedTicketType {
  readonly id: string;
  readonly name: string;
  readonly available: number;
  /** Null until pricing has learnt of the ticket type. */
  readonly price: { readonly current: Money } | null;
}

export interface Hold {
  readonly id: string;
  readonly total: Money;
  readonly expiresAt: string;
}

export interface PlacedOrder {
  readonly order: { readonly id: string; readonly total: Money; readonly payBy: string };
  readonly paymentToken: string | null;
}

export interface Payment {
  readonly id: string;
  readonly state: string;
  /** What the buyer has to do first; null unless the state is REQUIRES_ACTION. */
  readonly nextAction: { readonly url: string | null } | null;
}

export interface Order {
  readonly id: string;
  readonly state: string;
  readonly reason: string | null;
  readonly total: Money;
  readonly payment: { readonly state: string; readonly amount: Money } | null;
  readonly tickets: readonly { readonly id: string }[];
}

export interface TicketCode {
  readonly payload: string;
  /** A PNG image in Base64. */
  readonly png: string;
}

export interface Scan {
  readonly decision: string;
  readonly reason: string;
  readonly holderName: string | null;
  readonly ticketTypeName: string | null;
}

export interface Sales {
  readonly unitsSold: number;
  readonly ordersCompleted: number;
  readonly revenue: Money;
  readonly byTicketType: readonly {
    readonly ticketType: { readonly id: string };
    readonly unitsSold: number;
  }[];
}

export interface PriceChange {
  readonly price: Money;
  readonly previous: Money;
}

/** Everything that the organizer can read of an event once the sale is over, in one query over five subgraphs. */
export interface EventFigures {
  readonly sales: Sales;
  readonly availability: { readonly status: string; readonly available: number; readonly capacity: number };
  readonly attendance: Attendance;
  readonly ticketTypes: readonly {
    readonly id: string;
    readonly price: { readonly current: Money } | null;
    readonly priceHistory: readonly PriceChange[];
  }[];
}

export interface Attendance {
  readonly admitted: number;
  readonly inside: number;
  readonly refused: number;
  readonly expected: number;
}

/** A member of the subscription's interface `EventActivity`. */
export type Activity = { readonly id: string; readonly seq: number } & (
  | { readonly __typename: 'UnitsSold'; readonly units: number; readonly total: Money }
  | {
      readonly __typename: 'PriceMoved';
      readonly ticketType: { readonly id: string; readonly name: string };
      readonly price: Money;
      readonly previous: Money;
    }
  | {
      readonly __typename: 'TicketScanned';
      readonly lane: string;
      readonly decision: string;
      readonly reason: string;
    }
);
