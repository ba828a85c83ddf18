import type {
  Activity,
  EventFigures,
  Hold,
  NewEvent,
  Offer,
  Order,
  Payment,
  PlacedOrder,
  Scan,
  Session,
  TicketCode,
} from './answers.ts';

/** A document together with, for the compiler, what it is asked with and what its one root field answers. */
export interface Operation<Variables, Answer> {
  readonly text: string;
  /** Never set; ties the type parameters to the document. */
  readonly types?: (variables: Variables) => Answer;
}

/** Every root field is called `result`, so that a client needs no names. */
function operation<Variables, Answer>(text: string): Operation<Variables, Answer> {
  return { text };
}

const REFUSAL = `
  fragment Refusal on Failure {
    code
    message
    ... on InvalidInput { field }
    ... on RetryLater { retryAfterMs }
  }
`;

function mutation<Variables, Answer>(text: string): Operation<Variables, Answer> {
  return operation(text + REFUSAL);
}

type Input = Readonly<Record<string, unknown>>;

export const SIGN_UP = mutation<{ input: Input }, Session>(`
  mutation SignUp($input: SignUpInput!) {
    result: signUp(input: $input) {
      __typename
      ... on Session { accessToken user { id memberships { organization { id } } } }
      ...Refusal
    }
  }
`);

export const CREATE_VENUE = mutation<{ input: Input }, { id: string; name: string; capacity: number }>(`
  mutation CreateVenue($input: CreateVenueInput!) {
    result: createVenue(input: $input) {
      __typename
      ... on Venue { id name capacity }
      ...Refusal
    }
  }
`);

export const CREATE_EVENT = mutation<{ input: Input }, NewEvent>(`
  mutation CreateEvent($input: CreateEventInput!) {
    result: createEvent(input: $input) {
      __typename
      ... on Event { id name ticketTypes { id name } }
      ...Refusal
    }
  }
`);

export const PUBLISH_EVENT = mutation<{ id: string }, { id: string }>(`
  mutation PublishEvent($id: ID!) {
    result: publishEvent(id: $id) {
      __typename
      ... on Event { id }
      ...Refusal
    }
  }
`);

export const LOOK_AT_OFFER = operation<{ id: string }, Offer | null>(`
  query LookAtOffer($id: ID!) {
    result: event(id: $id) {
      availability { status }
      ticketTypes { id name available price { current { amount currency } } }
    }
  }
`);

export const HOLD_TICKETS = mutation<{ input: Input }, Hold>(`
  mutation HoldTickets($input: HoldTicketsInput!) {
    result: holdTickets(input: $input) {
      __typename
      ... on Hold { id total { amount currency } expiresAt }
      ...Refusal
    }
  }
`);

export const RELEASE_HOLD = mutation<{ id: string }, { id: string }>(`
  mutation ReleaseHold($id: ID!) {
    result: releaseHold(id: $id) {
      __typename
      ... on Hold { id }
      ...Refusal
    }
  }
`);

export const PLACE_ORDER = mutation<{ input: Input }, PlacedOrder>(`
  mutation PlaceOrder($input: PlaceOrderInput!) {
    result: placeOrder(input: $input) {
      __typename
      ... on PlacedOrder { order { id total { amount currency } payBy } paymentToken }
      ...Refusal
    }
  }
`);

export const PAY = mutation<{ input: Input }, Payment>(`
  mutation Pay($input: PayInput!) {
    result: pay(input: $input) {
      __typename
      ... on Payment { id state nextAction { url } }
      ...Refusal
    }
  }
`);

export const FOLLOW_ORDER = operation<{ id: string }, Order | null>(`
  query FollowOrder($id: ID!) {
    result: order(id: $id) {
      id
      state
      reason
      total { amount currency }
      payment { state amount { amount currency } }
      tickets { id }
    }
  }
`);

export const SHOW_TICKET = operation<{ id: string }, { qr: TicketCode | null } | null>(`
  query ShowTicket($id: ID!) {
    result: ticket(id: $id) { qr { payload png } }
  }
`);

export const SCAN = mutation<{ input: Input }, Scan>(`
  mutation Scan($input: ScanInput!) {
    result: scan(input: $input) {
      __typename
      ... on Scan { decision reason holderName ticketTypeName }
      ...Refusal
    }
  }
`);

export const READ_FIGURES = operation<{ id: string }, EventFigures | null>(`
  query ReadFigures($id: ID!) {
    result: event(id: $id) {
      sales {
        unitsSold
        ordersCompleted
        revenue { amount currency }
        byTicketType { ticketType { id } unitsSold }
      }
      availability { status available capacity }
      attendance { admitted inside refused expected }
      ticketTypes {
        id
        price { current { amount currency } }
        priceHistory(first: 100) { price { amount currency } previous { amount currency } }
      }
    }
  }
`);

export const WATCH_EVENT = operation<{ id: string }, Activity>(`
  subscription WatchEvent($id: ID!) {
    result: eventActivity(eventId: $id) {
      __typename
      id
      seq
      ... on UnitsSold { units total { amount currency } }
      ... on PriceMoved { ticketType { id name } price { amount currency } previous { amount currency } }
      ... on TicketScanned { lane decision reason }
    }
  }
`);
