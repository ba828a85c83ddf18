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
    readonly status: string;
    readonly cancelled: number;
    readonly refunding: number;
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

/** Of the organizer's desk. */
export interface DeskOrder extends FollowedOrder {
  readonly id: string;
}

export interface PaidOrder {
  readonly order: { readonly settled: FollowedOrder | null };
}

/** A payment that its buyer may have to approve. */
export interface ChallengedPayment {
  readonly state: string;
  readonly nextAction: { readonly url: string | null } | null;
}

/** What has become of the seats of an event, a letter for each, and what they are sold as. */
export interface SeatStates {
  readonly seatMap: {
    readonly sections: readonly {
      readonly sectionId: string;
      readonly states: string;
      readonly ticketType: { readonly id: string };
    }[];
  } | null;
}

/** The seats of some sections, in the order of their states. */
export interface SectionOfPlan {
  readonly sectionId: string;
  readonly ids: readonly string[];
}

export interface Capacities {
  readonly ticketTypes: readonly {
    readonly id: string;
    readonly capacity: number;
    readonly capacityChange: { readonly requested: number; readonly status: string } | null;
  }[];
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
  result: event(id: $id) { cancellation { status ordersTotal cancelled refunding refunded failed } }
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
    ... on SeatTaken { seatIds }
    ${REFUSAL}
  }
}`);

export const RELEASE: Operation<{ id: string }, { id: string }> = operation(`mutation Release($id: ID!) {
  result: releaseHold(id: $id) { ... on Hold { id status } ${REFUSAL} }
}`);

export const EXTEND: Operation<{ id: string }, { id: string }> = operation(`mutation Extend($id: ID!) {
  result: extendHold(id: $id) { ... on Hold { id expiresAt } ${REFUSAL} }
}`);

/** All that is left of an order, or the tickets that are named. */
export const REFUND_ORDER: Operation<
  { id: string; ticketIds: readonly string[] | null; reason: string },
  { id: string }
> = operation(`mutation Refund($id: ID!, $ticketIds: [ID!], $reason: String!) {
  result: refundOrder(orderId: $id, ticketIds: $ticketIds, reason: $reason) { ... on Order { id state } ${REFUSAL} }
}`);

export const RETRY_REFUND: Operation<{ id: string }, { id: string }> =
  operation(`mutation RetryRefund($id: ID!) {
  result: retryRefund(orderId: $id) { ... on Order { id state } ${REFUSAL} }
}`);

export const ISSUE_COMPLIMENTARY: Operation<{ input: Input }, DeskOrder> =
  operation(`mutation IssueComplimentary($input: IssueComplimentaryInput!) {
  result: issueComplimentary(input: $input) { ... on Order { id state tickets { id } } ${REFUSAL} }
}`);

export const SELL_AT_DOOR: Operation<{ input: Input }, DeskOrder> =
  operation(`mutation SellAtDoor($input: SellAtDoorInput!) {
  result: sellAtDoor(input: $input) { ... on Order { id state tickets { id } } ${REFUSAL} }
}`);

export const CHANGE_CAPACITY: Operation<{ id: string; capacity: number }, { id: string }> =
  operation(`mutation ChangeCapacity($id: ID!, $capacity: Int!) {
  result: changeCapacity(ticketTypeId: $id, capacity: $capacity) { ... on TicketType { id } ${REFUSAL} }
}`);

export const LOOK_AT_CAPACITIES: Operation<{ id: string }, Capacities | null> =
  operation(`query LookAtCapacities($id: ID!) {
  result: event(id: $id) { ticketTypes { id capacity capacityChange { requested status } } }
}`);

export const LOOK_AT_SEATS: Operation<{ id: string }, SeatStates | null> =
  operation(`query LookAtSeats($id: ID!) {
  result: event(id: $id) { seatMap { sections { sectionId states ticketType { id } } } }
}`);

export const LOOK_AT_SECTIONS: Operation<
  { id: string },
  { seatingPlan: { sections: readonly { sectionId: string; seats: number }[] } | null } | null
> = operation(`query LookAtSections($id: ID!) {
  result: event(id: $id) { seatingPlan { sections { sectionId seats } } }
}`);

export const LOOK_AT_PLAN: Operation<
  { id: string; sectionIds: readonly string[] },
  { seatingPlan: { seatMap: readonly SectionOfPlan[] } | null } | null
> = operation(`query LookAtPlan($id: ID!, $sectionIds: [ID!]!) {
  result: event(id: $id) { seatingPlan { seatMap(sectionIds: $sectionIds) { sectionId ids } } }
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

/** Pays by a card that its buyer has to approve: nothing is settled before. */
export const PAY_CHALLENGED: Operation<{ input: Input }, ChallengedPayment> =
  operation(`mutation PayChallenged($input: PayInput!) {
  result: pay(input: $input) { ... on Payment { state nextAction { url } } ${REFUSAL} }
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

/** What became of an order, of its tickets and of its money. */
export interface AccountedOrder {
  readonly state: string;
  readonly tickets: readonly { readonly id: string; readonly status: string }[];
  readonly refunds: readonly { readonly status: string }[];
  readonly payment: { readonly state: string } | null;
}

export const ACCOUNT_FOR_ORDER: Operation<{ id: string }, AccountedOrder | null> =
  operation(`query AccountForOrder($id: ID!) {
  result: order(id: $id) { state payment { state } refunds { status } tickets { id status } }
}`);

export const SHOW_CODE: Operation<{ id: string }, { qr: { payload: string } | null } | null> =
  operation(`query ShowCode($id: ID!) {
  result: ticket(id: $id) { qr { payload } }
}`);

export const SCAN: Operation<{ input: Input }, { decision: string; reason: string }> =
  operation(`mutation Scan($input: ScanInput!) {
  result: scan(input: $input) { ... on Scan { decision reason holderName ticketTypeName } ${REFUSAL} }
}`);
