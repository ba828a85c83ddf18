/** What a frontend of Tessera would send. */
const FAILURE = `... on Failure { code message } ... on InvalidInput { field }`;

const SESSION = `... on Session { accessToken refreshToken user { id name email roles memberships { role organization { id name } } } }`;

export const SIGN_UP = `mutation ($input: SignUpInput!) { signUp(input: $input) { __typename ${SESSION} ${FAILURE} } }`;
export const SIGN_IN = `mutation ($input: SignInInput!) { signIn(input: $input) { __typename ${SESSION} ${FAILURE} } }`;
export const REFRESH = `mutation ($refreshToken: String!) { refreshSession(refreshToken: $refreshToken) {
  __typename ${SESSION} ... on Failure { code } } }`;
export const SIGN_OUT = `mutation { signOut { __typename ... on SignedOut { sessionId } ... on Failure { code } } }`;
export const CURRENT_USER = `{ currentUser { id email roles } }`;

export const CREATE_VENUE = `mutation ($input: CreateVenueInput!) { createVenue(input: $input) { __typename ... on Venue { id } ${FAILURE} } }`;
export const CREATE_EVENT = `mutation ($input: CreateEventInput!) { createEvent(input: $input) {
  __typename ... on Event { id status ticketTypes { id name } } ${FAILURE} } }`;
export const PUBLISH_EVENT = `mutation ($id: ID!) { publishEvent(id: $id) { __typename ... on Event { status } ${FAILURE} } }`;
export const CANCEL_EVENT = `mutation ($id: ID!) { cancelEvent(id: $id) { __typename ... on Event { status } ... on Failure { code } } }`;
export const MOVE_EVENT = `mutation ($id: ID!, $input: MoveEventInput!) { moveEvent(id: $id, input: $input) { __typename
  ... on Event { startsAt refundOffer { offeredAt until } } ${FAILURE} } }`;
export const CHANGE_CAPACITY = `mutation ($ticketTypeId: ID!, $capacity: Int!) {
  changeCapacity(ticketTypeId: $ticketTypeId, capacity: $capacity) { __typename ... on TicketType { id } ${FAILURE} } }`;
export const CAPACITIES = `query ($id: ID!) { event(id: $id) { availability { available capacity }
  ticketTypes { available capacity capacityChange { requested status committed } } } }`;
export const EVENT = `query ($id: ID!) { event(id: $id) { id name organization { id name } venue { name }
  availability { status available capacity } sales { unitsSold ordersCompleted revenue { amount currency } }
  pricing { lowest { amount } highest { amount } } attendance { admitted inside refused expected }
  ticketTypes { id name available price { current { amount } floor { amount } ceiling { amount } reason } } } }`;

export const HOLD = `mutation ($input: HoldTicketsInput!) { holdTickets(input: $input) { __typename
  ... on Hold { id status expiresAt total { amount } event { name } lines { quantity ticketType { name } unitPrice { amount } } }
  ${FAILURE} ... on SoldOut { ticketTypeId available } ... on PriceChanged { newTotal { amount formatted } }
  ... on LimitExceeded { ticketTypeId limit max } } }`;
export const EXTEND_HOLD = `mutation ($id: ID!) { extendHold(id: $id) { __typename
  ... on Hold { status expiresAt canBeExtended } ... on Failure { code } } }`;
export const RELEASE_HOLD = `mutation ($id: ID!) { releaseHold(id: $id) { __typename ... on Hold { status } ... on Failure { code } } }`;
export const SALES_SEQ = `query ($id: ID!) { event(id: $id) { sales { unitsSold seq } } }`;
export const PLACE_ORDER = `mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) { __typename
  ... on PlacedOrder { paymentToken order { id state payBy total { amount } payment { state } } } ${FAILURE} } }`;
export const PAY = `mutation ($input: PayInput!) { pay(input: $input) { __typename
  ... on Payment { id state amount { amount } nextAction { url } } ${FAILURE}
  ... on PaymentDeclined { declineCode } ... on RetryLater { retryAfterMs } } }`;
export const PAY_AND_WAIT = `mutation ($input: PayInput!) { pay(input: $input) { __typename
  ... on Payment { state order { settled(withinMs: 4000) { state } } } ${FAILURE} } }`;
export const ORDER = `query ($id: ID!) { order(id: $id) { id state reason total { amount } buyer { name }
  payment { state failureCode amount { amount } refunded { amount } nextAction { url } } refunds { status amount { amount } }
  returns { ticketIds reason note } refundOffer { reason until } tickets { id status holder { name } } } }`;
export const REFUND_ORDER = `mutation ($orderId: ID!, $reason: String!, $ticketIds: [ID!]) {
  refundOrder(orderId: $orderId, reason: $reason, ticketIds: $ticketIds) {
  __typename ... on Order { id state } ${FAILURE} } }`;
export const ISSUE_COMPLIMENTARY = `mutation ($input: IssueComplimentaryInput!) { issueComplimentary(input: $input) {
  __typename ... on Order { id state channel total { amount } payment { state } tickets { id } } ${FAILURE} } }`;
export const SELL_AT_DOOR = `mutation ($input: SellAtDoorInput!) { sellAtDoor(input: $input) {
  __typename ... on Order { id state channel paidBy total { amount } payment { state } tickets { id } } ${FAILURE} } }`;
export const EVENT_ORDERS = `query ($id: ID!, $filter: EventOrdersFilter) { event(id: $id) { name
  orders(filter: $filter) { nodes { id channel buyerName buyerEmail buyer { name } payment { state } } } } }`;
export const BALANCES = `query ($id: ID!) { event(id: $id) { organization { balances(eventId: $id) {
  captured { amount } refunded { amount } balance { amount } } } } }`;
export const MY_ORDERS = `query ($filter: MyOrdersFilter) { myOrders(filter: $filter) { nodes { id event { name } } } }`;
export const ACCEPT_REFUND_OFFER = `mutation ($orderId: ID!) { acceptRefundOffer(orderId: $orderId) {
  __typename ... on Order { id state } ... on Failure { code } } }`;
export const RETRY_REFUND = `mutation ($orderId: ID!) { retryRefund(orderId: $orderId) {
  __typename ... on Order { id state } ... on Failure { code } } }`;
export const ORDERS_TO_REFUND = `query ($eventId: ID!) { ordersToRefund(eventId: $eventId) {
  nodes { id refunds { failureCode } } } }`;
export const CANCELLATION = `query ($id: ID!) { event(id: $id) {
  cancellation { status ordersTotal cancelled refunding refunded failed } } }`;
export const MY_TICKETS = `query ($eventId: ID) { myTickets(eventId: $eventId) { nodes {
  id status event { name } ticketType { name } admission { lane } qr { payload svg png } } } }`;
export const TICKET = `query ($id: ID!) { ticket(id: $id) { id qr { payload } } }`;

export const SCAN = `mutation ($input: ScanInput!) { scan(input: $input) { __typename
  ... on Scan { decision reason holderName ticketTypeName ticket { id } usedBefore { lane } } ${FAILURE} } }`;

export const ACTIVITY = `subscription ($eventId: ID!) { eventActivity(eventId: $eventId) { __typename id seq
  event { name sales { unitsSold } attendance { admitted } }
  ... on UnitsSold { units unitsSold total { amount } order { id state buyer { name } payment { state } } }
  ... on PriceMoved { price { amount } previous { amount } ticketType { name } }
  ... on TicketScanned { decision reason ticket { id admission { lane } } } } }`;

export const INVITE_MEMBER = `mutation ($input: InviteMemberInput!) { inviteMember(input: $input) { __typename ... on Invitation { id } ${FAILURE} } }`;
export const ACCEPT_INVITATION = `mutation ($code: String!) { acceptInvitation(code: $code) { __typename
  ... on Membership { role organization { id name } } ${FAILURE} } }`;
export const REMOVE_MEMBER = `mutation ($input: RemoveMemberInput!) { removeMember(input: $input) { __typename ... on Organization { id } ${FAILURE} } }`;
export const REGISTER_DEVICE = `mutation ($input: RegisterDeviceInput!) { registerDevice(input: $input) { __typename
  ... on RegisteredDevice { secret device { id status } } ${FAILURE} } }`;
export const REVOKE_DEVICE = `mutation ($deviceId: ID!) { revokeDevice(deviceId: $deviceId) { __typename ... on Device { status } ... on Failure { code } } }`;
export const SIGN_IN_DEVICE = `mutation ($input: SignInDeviceInput!) { signInDevice(input: $input) { __typename
  ... on DeviceSession { accessToken } ${FAILURE} } }`;
export const REQUEST_PASSWORD_RESET = `mutation ($email: String!) { requestPasswordReset(email: $email) { __typename ${FAILURE} } }`;
export const RESET_PASSWORD = `mutation ($input: ResetPasswordInput!) { resetPassword(input: $input) { __typename ${FAILURE} } }`;
