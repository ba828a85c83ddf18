import { type Operation, operation } from '../load/graph-client.ts';

/** What a frontend of Tessera would send. Each root field is called `result`; refusals come as `Failure`. */
const REFUSAL = `... on Failure { code message }`;

type Input = Readonly<Record<string, unknown>>;

export interface Session {
  readonly user: {
    readonly id: string;
    readonly memberships: readonly { readonly organization: { readonly id: string } }[];
  };
}

export interface ListedEvent {
  readonly id: string;
  readonly availability: { readonly status: string };
  readonly pricing: { readonly lowest: { readonly amount: number } } | null;
}

export interface NewEvent {
  readonly id: string;
  readonly ticketTypes: readonly { readonly id: string }[];
}

export interface GeneratedPlan {
  readonly id: string;
  readonly sections: readonly { readonly sectionId: string }[];
}

export interface Offer {
  readonly availability: { readonly status: string };
  readonly ticketTypes: readonly {
    readonly price: { readonly current: { readonly amount: number } } | null;
  }[];
}

export interface CancelledEvent {
  readonly cancellation: {
    readonly ordersTotal: number;
    readonly cancelled: number;
    readonly refunded: number;
    readonly failed: number;
  } | null;
}

export interface PlacedOrder {
  readonly order: { readonly id: string };
  readonly paymentToken: string;
}

export interface FollowedOrder {
  readonly state: string;
  readonly tickets: readonly { readonly id: string }[];
}

export interface PaidOrder {
  readonly order: { readonly settled: FollowedOrder | null };
}

/** Nothing is asked of any service: what the gateway costs by itself. */
export const BARE: Operation<object, string> = operation(`{ result: __typename }`);

/** A listing page as a storefront shows it: 20 events, where and when, what is left, from which price. */
export const BROWSE: Operation<object, { nodes: readonly ListedEvent[] }> = operation(`query Browse {
  result: events(first: 20) {
    nodes {
      id name startsAt city
      venue { name city }
      availability { status available capacity }
      pricing { lowest { amount currency formatted } highest { amount currency } demandPriced }
    }
    pageInfo { hasNextPage endCursor }
  }
}`);

export const SIGN_UP: Operation<{ input: Input }, Session> =
  operation(`mutation SignUp($input: SignUpInput!) {
  result: signUp(input: $input) {
    ... on Session { user { id memberships { organization { id } } } }
    ${REFUSAL}
  }
}`);

export const CREATE_VENUE: Operation<{ input: Input }, { id: string }> =
  operation(`mutation CreateVenue($input: CreateVenueInput!) {
  result: createVenue(input: $input) { ... on Venue { id } ${REFUSAL} }
}`);

export const CREATE_EVENT: Operation<{ input: Input }, NewEvent> =
  operation(`mutation CreateEvent($input: CreateEventInput!) {
  result: createEvent(input: $input) { ... on Event { id ticketTypes { id } } ${REFUSAL} }
}`);

export const PUBLISH_EVENT: Operation<{ id: string }, { id: string }> =
  operation(`mutation PublishEvent($id: ID!) {
  result: publishEvent(id: $id) { ... on Event { id } ${REFUSAL} }
}`);

export const CANCEL_EVENT: Operation<{ id: string }, { id: string }> =
  operation(`mutation CancelEvent($id: ID!) {
  result: cancelEvent(id: $id) { ... on Event { id } ${REFUSAL} }
}`);

export const FOLLOW_CANCELLATION: Operation<{ id: string }, CancelledEvent | null> =
  operation(`query FollowCancellation($id: ID!) {
  result: event(id: $id) { cancellation { ordersTotal cancelled refunded failed } }
}`);

export const LOOK_AT_OFFER: Operation<{ id: string }, Offer | null> = operation(`query LookAtOffer($id: ID!) {
  result: event(id: $id) {
    availability { status }
    ticketTypes { price { current { amount } } }
  }
}`);

export const HOLD: Operation<{ input: Input }, { id: string }> =
  operation(`mutation Hold($input: HoldTicketsInput!) {
  result: holdTickets(input: $input) {
    ... on Hold { id expiresAt total { amount currency } lines { quantity unitPrice { amount } } }
    ${REFUSAL}
  }
}`);

export const RELEASE: Operation<{ id: string }, { id: string }> = operation(`mutation Release($id: ID!) {
  result: releaseHold(id: $id) { ... on Hold { id status } ${REFUSAL} }
}`);

export const REFUND_ORDER: Operation<{ id: string; reason: string }, { id: string }> =
  operation(`mutation Refund($id: ID!, $reason: String!) {
  result: refundOrder(orderId: $id, reason: $reason) { ... on Order { id state } ${REFUSAL} }
}`);

export const GENERATE_PLAN: Operation<{ input: Input }, GeneratedPlan> =
  operation(`mutation GeneratePlan($input: GenerateSeatingPlanInput!) {
  result: generateSeatingPlan(input: $input) { ... on SeatingPlan { id sections { sectionId } } ${REFUSAL} }
}`);

export const PUBLISH_PLAN: Operation<{ id: string }, { id: string }> =
  operation(`mutation PublishPlan($id: ID!) {
  result: publishSeatingPlan(id: $id) { ... on SeatingPlan { id } ${REFUSAL} }
}`);

export const PLACE_ORDER: Operation<{ input: Input }, PlacedOrder> =
  operation(`mutation PlaceOrder($input: PlaceOrderInput!) {
  result: placeOrder(input: $input) {
    ... on PlacedOrder { order { id state total { amount currency } payBy } paymentToken }
    ${REFUSAL}
  }
}`);

/** Pays, and waits for the tickets: `settled` is null, or not completed, when that takes long. */
export const PAY: Operation<{ input: Input }, PaidOrder> = operation(`mutation Pay($input: PayInput!) {
  result: pay(input: $input) {
    ... on Payment { id state order { settled { state tickets { id } } } }
    ${REFUSAL}
  }
}`);

/** What `payments` can answer by itself. */
export const PAY_ALONE: Operation<{ input: Input }, { id: string }> =
  operation(`mutation Pay($input: PayInput!) {
  result: pay(input: $input) { ... on Payment { id state } ${REFUSAL} }
}`);

export const FOLLOW_ORDER: Operation<{ id: string }, { settled: FollowedOrder | null } | null> =
  operation(`query FollowOrder($id: ID!) {
  result: order(id: $id) { settled { state tickets { id } } }
}`);

/** What became of an order and of its money. */
export interface AccountedOrder extends FollowedOrder {
  readonly payment: { readonly state: string } | null;
}

export const ACCOUNT_FOR_ORDER: Operation<{ id: string }, AccountedOrder | null> =
  operation(`query AccountForOrder($id: ID!) {
  result: order(id: $id) { state payment { state } tickets { id } }
}`);

export const SHOW_CODE: Operation<{ id: string }, { qr: { payload: string } | null } | null> =
  operation(`query ShowCode($id: ID!) {
  result: ticket(id: $id) { qr { payload } }
}`);

export const SCAN: Operation<{ input: Input }, { decision: string; reason: string }> =
  operation(`mutation Scan($input: ScanInput!) {
  result: scan(input: $input) { ... on Scan { decision reason holderName ticketTypeName } ${REFUSAL} }
}`);
