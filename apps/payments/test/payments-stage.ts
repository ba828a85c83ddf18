import { randomBytes } from 'node:crypto';
import type { Collection, Db } from 'mongodb';
import {
  type Fact,
  type FactsOf,
  type OrderState,
  paymentsPayments,
  type PublicOrder,
  ticketsOrders,
} from '#contracts';
import { parseEnvironment } from '#config';
import { randomIds } from '#kernel';
import { issuePaymentToken, type PaymentClaims } from '#security';
import {
  eventually,
  FactLine,
  type GraphClient,
  RunningService,
  TestAuthority,
  type TestSettings,
  testSettings,
} from '#testing';
import { environment, type PaymentsConfig } from '../src/config.ts';
import { PAYMENT_PROVIDER, type PaymentProvider } from '../src/payments/application/payment-provider.ts';
import { PaymentsModule } from '../src/payments.module.ts';

/** Methods of the test provider. */
export const SUCCEEDS = '4242424242424242';
export const DECLINED = '4000000000000002';
export const NO_FUNDS = '4000000000009995';
export const REFUSES_FIRST_REFUND = 'test_refuses_first_refund';
export const FIRST_REFUND_COMES_BACK = '4000000000005126';
export const DISPUTED = '4000000000000259';
export const DISPUTE_WON = 'test_dispute_won';
export const LOSES_ANSWER_TO_REFUND = '4000000000007726';
export const CHALLENGED = '4000002500003155';
export const ANSWERS_LATE = 'test_answers_late';
export const ANSWERS_TWICE = 'test_answers_twice';
export const TIMES_OUT = 'test_times_out';
export const LOSES_AUTHORIZATION = 'test_loses_authorization';
export const LOSES_CAPTURE = 'test_loses_capture';

const PAYMENT =
  'id state amount { amount currency formatted } provider failureCode nextAction { url clientSecret }';
export const PAY = `mutation ($input: PayInput!) { pay(input: $input) { __typename ... on Payment { ${PAYMENT} }
  ... on Failure { code message } ... on InvalidInput { field } ... on PaymentDeclined { declineCode }
  ... on WrongState { currentState } ... on RetryLater { retryAfterMs } } }`;
export const PAYMENT_OF = `query ($orderId: ID!) { payment(orderId: $orderId) { ${PAYMENT} } }`;

type OrderFact = FactsOf<typeof ticketsOrders>['type'];

/** The payments service on the real engines, with `tickets` and auth played by the test. */
export class PaymentsStage {
  private constructor(
    readonly service: RunningService,
    readonly config: PaymentsConfig & TestSettings,
    readonly facts: FactLine,
    readonly published: FactsOf<typeof paymentsPayments>[],
    private readonly authority: TestAuthority,
    readonly buyer: GraphClient,
  ) {}

  /** `overrides`: of the service's environment. */
  static async open(overrides: Record<string, string> = {}): Promise<PaymentsStage> {
    const settings = testSettings();
    const authority = await TestAuthority.start();
    const facts = await FactLine.open(settings, [ticketsOrders, paymentsPayments]);
    const secret = () => randomBytes(32).toString('base64url');
    const own = parseEnvironment(environment, {
      ...process.env,
      PORT: '0',
      AUTH_URL: authority.url,
      PAYMENT_TOKEN_KEY: secret(),
      TEST_PROVIDER_KEY: secret(),
      ...overrides,
    });
    const config = { ...own, ...settings };
    const service = await RunningService.start('payments', PaymentsModule.forRoot(config), settings);
    const published = await facts.collect(paymentsPayments);
    const buyer = service.graph.as(await authority.token({ userId: 'buyer' }));
    return new PaymentsStage(service, config, facts, published, authority, buyer);
  }

  async close(): Promise<void> {
    await this.providerDb.dropDatabase();
    await this.service.close();
    await this.facts.close();
    await this.authority.close();
  }

  /** Another instance of the service, on the same engines; to be closed by its `app`. */
  startAnother(): Promise<RunningService> {
    return RunningService.start('payments', PaymentsModule.forRoot(this.config), this.config);
  }

  async graphOf(
    userId: string,
    rights: Omit<Parameters<TestAuthority['token']>[0], 'userId'> = {},
  ): Promise<GraphClient> {
    return this.service.graph.as(await this.authority.token({ userId, ...rights }));
  }

  get provider(): PaymentProvider {
    return this.service.app.get<PaymentProvider>(PAYMENT_PROVIDER);
  }

  collection(name: string): Collection<{ _id: string }> {
    return this.service.db.collection(name);
  }

  input(order: PaymentClaims, method = SUCCEEDS) {
    return { input: { paymentToken: issuePaymentToken(this.config.PAYMENT_TOKEN_KEY, order), method } };
  }

  /** What `tickets` says of the order; version 1 is its placing. */
  tell(order: PaymentClaims, type: OrderFact, state: OrderState, version: number): Promise<Fact> {
    return this.facts.publish(ticketsOrders, type, { id: order.orderId, version }, publicOrder(order, state));
  }

  /** `tickets` asks for all of the order's money back. */
  askBack(order: PaymentClaims, refundId: string, version: number): Promise<Fact> {
    return this.askSomeBack(order, { [refundId]: order.amount }, version);
  }

  /** `tickets` asks for these amounts, by the ids of their refunds: what it asked for before is among them. */
  askSomeBack(order: PaymentClaims, amounts: Record<string, number>, version: number): Promise<Fact> {
    const { orderId: id, currency } = order;
    const refunds = Object.entries(amounts).map(([refundId, amount]) => ({
      refundId,
      amount: { amount, currency },
    }));
    const payload = { ...publicOrder(order, 'REFUNDING'), refunds };
    return this.facts.publish(ticketsOrders, 'RefundRequested', { id, version }, payload);
  }

  /** An order whose money was taken. */
  async captured(method = SUCCEEDS): Promise<PaymentClaims> {
    const order = newOrder();
    await this.buyer.expect('Payment', PAY, this.input(order, method));
    await this.tell(order, 'OrderConfirmed', 'CONFIRMED', 3);
    await this.reaches(order, 'CAPTURED');
    return order;
  }

  /** Resolves when what was told of this order has been heard: one more fact, which changes nothing, comes last. */
  async heardOut(order: PaymentClaims, type: OrderFact, state: OrderState): Promise<void> {
    await this.tell(order, type, state, 99);
    await eventually(async () => {
      const copy = await this.collection('orders').findOne({ _id: order.orderId, version: 99 } as object);
      if (!copy) throw new Error(`the facts of order ${order.orderId} have not been heard`);
    });
  }

  factsOf({ orderId }: PaymentClaims): FactsOf<typeof paymentsPayments>[] {
    return this.published.filter((fact) => fact.aggregateId === orderId);
  }

  typesOf(order: PaymentClaims): string[] {
    return this.factsOf(order).map(({ type }) => type);
  }

  async stateOf({ orderId }: PaymentClaims): Promise<string | undefined> {
    const { payment } = await this.buyer.data(PAYMENT_OF, { orderId });
    return payment?.state;
  }

  async reaches(order: PaymentClaims, state: string): Promise<void> {
    await eventually(async () => {
      const now = await this.stateOf(order);
      if (now !== state) throw new Error(`the payment of order ${order.orderId} is ${now}, not ${state}`);
    });
  }

  async paymentOf({ orderId }: PaymentClaims): Promise<any> {
    return (await this.buyer.data(PAYMENT_OF, { orderId })).payment;
  }

  /** Lets the sweep come now to what it would come to in some seconds. */
  async makeDue({ orderId }: PaymentClaims): Promise<void> {
    const unfinished = { _id: orderId, dueAt: { $exists: true } };
    await this.collection('payments').updateOne(
      unfinished as object,
      { $set: { dueAt: new Date() } } as object,
    );
  }

  /** The payment as it is stored. */
  async stored({ orderId }: PaymentClaims): Promise<any> {
    return this.collection('payments').findOne({ _id: orderId });
  }

  /** Sends a webhook to the service, as the gateway passes it on. */
  async webhook(
    body: string | Buffer,
    { provider = 'test', ...headers }: Record<string, string> = {},
  ): Promise<{ status: number; answer: any }> {
    const response = await fetch(`${this.service.url}/webhooks/${provider}`, {
      method: 'POST',
      body: new Uint8Array(Buffer.from(body)),
      headers: { 'content-type': 'application/json', ...headers },
    });
    const text = await response.text();
    return { status: response.status, answer: text === '' ? undefined : JSON.parse(text) };
  }

  /** What the provider's own books say of the order. */
  async booksOf({
    orderId,
  }: PaymentClaims): Promise<{ status: string; commands: string[]; refunded: number }> {
    const intent = await this.providerDb.collection('intents').findOne({ orderId });
    const journal = (intent?.['journal'] ?? []) as { command: string }[];
    const commands = journal.map(({ command }) => command);
    return { status: intent?.['status'], commands, refunded: intent?.['refunded'] ?? 0 };
  }

  /** What the ledger's accounts come to, of this order alone; each of its transactions sums to zero. */
  async ledgerOf({ orderId }: PaymentClaims): Promise<Record<string, number>> {
    const balances: Record<string, number> = {};
    const booked = this.collection('ledger').find({ orderId } as object) as unknown as AsyncIterable<{
      entries: { account: string; amount: number }[];
    }>;
    for await (const { entries } of booked) {
      for (const { account, amount } of entries) balances[account] = (balances[account] ?? 0) + amount;
      expect(entries.reduce((sum, { amount }) => sum + amount, 0)).toBe(0);
    }
    return balances;
  }

  private get providerDb(): Db {
    return this.service.db.client.db(`${this.service.db.databaseName}_test_provider`);
  }
}

/** An order of `buyer` as `tickets` would vouch for it. */
export function newOrder(change: Partial<PaymentClaims> = {}): PaymentClaims {
  const payBy = new Date(Date.now() + 60_000);
  const order = {
    orderId: randomIds.uuid(),
    eventId: 'event',
    buyerId: 'buyer',
    amount: 4_250,
    currency: 'EUR',
  };
  return { ...order, payBy, ...change };
}

function publicOrder(order: PaymentClaims, state: OrderState): PublicOrder {
  const { orderId, eventId, buyerId, amount, currency, payBy } = order;
  return {
    orderId,
    eventId,
    organizationId: 'organization',
    buyerId,
    state,
    lines: [{ ticketTypeId: 'type', quantity: 1, unitPrice: { amount, currency } }],
    total: { amount, currency },
    payBy: payBy.toISOString(),
    placedAt: new Date().toISOString(),
  };
}
