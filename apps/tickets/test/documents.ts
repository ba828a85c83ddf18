/** What the tests of the service ask its graph. */

export const HOLD = `mutation ($input: HoldTicketsInput!) { holdTickets(input: $input) { __typename
  ... on Hold { id status expiresAt total { amount currency } lines { quantity unitPrice { amount } seats { seatId section row number } } }
  ... on Failure { code message } ... on InvalidInput { field } ... on SoldOut { available } ... on SeatTaken { seatIds }
  ... on PriceChanged { newTotal { amount formatted } } ... on LimitExceeded { limit max ticketTypeId } ... on SalesClosed { ticketTypeId } } }`;
export const EXTEND = `mutation ($id: ID!) { extendHold(id: $id) { __typename ... on Hold { status expiresAt canBeExtended }
  ... on Failure { code } ... on WrongState { currentState } ... on AlreadyExtended { expiresAt } } }`;
export const RELEASE = `mutation ($id: ID!) { releaseHold(id: $id) { __typename ... on Hold { status } ... on Failure { code } } }`;
export const PLACE = `mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) { __typename
  ... on PlacedOrder { paymentToken order { id state total { amount } } } ... on Failure { code } ... on InvalidInput { field } } }`;
export const ORDER = `query ($id: ID!) { order(id: $id) {
  state reason note total { amount } tickets { id status voidReason } refunds { id status failureCode amount { amount } }
  channel paidBy remark returns { ticketIds reason note doneAt }
  refundOffer { until reason } } }`;
export const REFUND = `mutation ($orderId: ID!, $reason: String!, $ticketIds: [ID!]) {
  refundOrder(orderId: $orderId, reason: $reason, ticketIds: $ticketIds) {
  __typename ... on Order { id state } ... on Failure { code message } ... on InvalidInput { field } } }`;
export const COMPLIMENTARY = `mutation ($input: IssueComplimentaryInput!) { issueComplimentary(input: $input) { __typename
  ... on Order { id state channel buyerName buyerEmail remark total { amount } tickets { id status } }
  ... on Failure { code message } ... on InvalidInput { field } ... on LimitExceeded { limit max } ... on SoldOut { available } } }`;
export const SELL = `mutation ($input: SellAtDoorInput!) { sellAtDoor(input: $input) { __typename
  ... on Order { id state channel paidBy buyerName remark total { amount } tickets { id status } }
  ... on Failure { code message } ... on InvalidInput { field } ... on PriceChanged { newTotal { amount } } } }`;
export const RETRY_REFUND = `mutation ($orderId: ID!) { retryRefund(orderId: $orderId) {
  __typename ... on Order { id state refunds { status } } ... on Failure { code } } }`;
export const ACCEPT_OFFER = `mutation ($orderId: ID!) { acceptRefundOffer(orderId: $orderId) {
  __typename ... on Order { id state } ... on Failure { code message } } }`;
export const TO_REFUND = `query ($eventId: ID!) { ordersToRefund(eventId: $eventId) { nodes { id refunds { failureCode } } } }`;
export const FIGURES = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Event {
  availability { status available capacity } sales { unitsSold revenue { amount } ordersCompleted }
  cancellation { status ordersTotal cancelled refunding refunded failed } } } }`;
