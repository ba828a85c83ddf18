/* oxlint-disable typescript/no-explicit-any -- a test reads answers of any shape and asserts what is in them */
import { randomBytes } from 'node:crypto';
import {
  authOrganizations,
  checkinAdmissions,
  eventsEvents,
  eventsPlans,
  type Fact,
  type FactsOf,
  type MemberRole,
  paymentsPayments,
  type PaymentState,
  pricingPrices,
  type PublishedEvent,
  ticketsCapacities,
  ticketsDemand,
  ticketsKeys,
  ticketsOrders,
  ticketsTickets,
} from '#contracts';
import { randomIds } from '#kernel';
import {
  eventually,
  FactLine,
  type GraphClient,
  publishedEvent,
  publishedTicketType,
  RunningService,
  TestAuthority,
  testSettings,
} from '#testing';
import { TicketsModule } from '../src/tickets.module.ts';
import { FIGURES, HOLD, ORDER, PLACE } from './documents.ts';

export * from './documents.ts';

const TOPICS = [
  authOrganizations,
  eventsEvents,
  eventsPlans,
  paymentsPayments,
  pricingPrices,
  checkinAdmissions,
  ticketsOrders,
  ticketsTickets,
  ticketsKeys,
  ticketsDemand,
  ticketsCapacities,
];
export const HOLD_SECONDS = 2;
export const EXTEND_HOLD_SECONDS = 2;
export const PAY_WITHIN_SECONDS = 3;
/** What the gateway signs visitors' tokens with. */
export const VISITOR_KEY = randomBytes(32);

/** What payments says, by the name of the happening: a decline is a failure that leaves the payment open. */
const PAYMENT_FACTS = {
  PaymentAuthorized: { type: 'PaymentAuthorized', state: 'AUTHORIZED' },
  PaymentCaptured: { type: 'PaymentCaptured', state: 'CAPTURED' },
  PaymentDeclined: { type: 'PaymentFailed', state: 'PENDING' },
  PaymentFailed: { type: 'PaymentFailed', state: 'FAILED' },
  PaymentVoided: { type: 'PaymentVoided', state: 'VOIDED' },
  PaymentRefunded: { type: 'PaymentRefunded', state: 'REFUNDED' },
  PaymentRefundFailed: { type: 'PaymentRefundFailed', state: 'CAPTURED' },
} as const satisfies Record<string, { type: FactsOf<typeof paymentsPayments>['type']; state: PaymentState }>;

/** `tickets` on the real engines, with the other services played over Kafka. */
export class BoxOffice {
  private paymentVersion = 0;

  private constructor(
    readonly settings: ReturnType<typeof testSettings>,
    readonly service: RunningService,
    readonly line: FactLine,
    private readonly authority: TestAuthority,
  ) {}

  static async open(holdSeconds = HOLD_SECONDS, payWithinSeconds = PAY_WITHIN_SECONDS): Promise<BoxOffice> {
    const settings = testSettings();
    const authority = await TestAuthority.start();
    const line = await FactLine.open(settings, TOPICS);
    const config = {
      ...settings,
      AUTH_URL: authority.url,
      PAYMENT_TOKEN_KEY: randomBytes(32),
      TICKETS_KEY_ENCRYPTION_KEY: randomBytes(32),
      HOLD_SECONDS: holdSeconds,
      EXTEND_HOLD_SECONDS,
      PAY_WITHIN_SECONDS: payWithinSeconds,
      VISITOR_KEY,
      CHECK_STREAMS_SECONDS: 1,
    };
    const service = await RunningService.start('tickets', TicketsModule.forRoot(config), settings);
    return new BoxOffice(settings, service, line, authority);
  }

  async close(): Promise<void> {
    await this.service.close();
    await this.line.close();
    await this.authority.close();
  }

  get graph(): GraphClient {
    return this.service.graph;
  }

  /** An event with one ticket type on sale, known to the service. */
  async publish(change: Partial<PublishedEvent> = {}, capacity = 10, price = 2_000): Promise<PublishedEvent> {
    const basePrice = { amount: price, currency: 'EUR' };
    const event = publishedEvent({ ticketTypes: [publishedTicketType({ capacity, basePrice })], ...change });
    await this.line.publish(eventsEvents, 'EventPublished', { id: event.eventId, version: 1 }, event);
    await eventually(async () => expect((await this.figures(event)).availability.capacity).toBe(capacity));
    return event;
  }

  /** The organizer changes a published event. */
  async change(
    event: PublishedEvent,
    change: Partial<PublishedEvent>,
    version = 2,
  ): Promise<{ event: PublishedEvent; fact: Fact }> {
    const changed = { ...event, ...change };
    const type = changed.status === 'CANCELLED' ? 'EventCancelled' : 'EventUpdated';
    const fact = await this.line.publish(eventsEvents, type, { id: event.eventId, version }, changed);
    return { event: changed, fact };
  }

  async figures(event: PublishedEvent, client: GraphClient = this.graph): Promise<any> {
    const { _entities } = await client.data(FIGURES, { r: [{ __typename: 'Event', id: event.eventId }] });
    return _entities[0];
  }

  async available(event: PublishedEvent): Promise<number> {
    return (await this.figures(event)).availability.available;
  }

  async buyer(): Promise<GraphClient> {
    return this.graph.as(await this.authority.token({ userId: randomIds.uuid() }));
  }

  async owner(event: PublishedEvent): Promise<GraphClient> {
    return this.graph.as(await this.ownerToken(event));
  }

  ownerToken(event: PublishedEvent, userId = randomIds.uuid(), goodFor?: string): Promise<string> {
    return this.memberToken(event, 'OWNER', userId, goodFor);
  }

  async member(event: PublishedEvent, role: MemberRole): Promise<GraphClient> {
    return this.graph.as(await this.memberToken(event, role));
  }

  private memberToken(
    event: PublishedEvent,
    role: MemberRole,
    userId = randomIds.uuid(),
    goodFor?: string,
  ): Promise<string> {
    const memberships = { [event.organizationId]: role };
    return this.authority.token({ userId, memberships }, goodFor);
  }

  /** Somebody with a name of their own. */
  async named(name: string, email: string): Promise<GraphClient> {
    return this.graph.as(await this.authority.token({ userId: randomIds.uuid(), name, email }));
  }

  strangerToken(): Promise<string> {
    return this.authority.token({ userId: randomIds.uuid() });
  }

  hold(client: GraphClient, event: PublishedEvent, quantity: number): Promise<any> {
    return client.expect('Hold', HOLD, cart(event, quantity));
  }

  place(client: GraphClient, holdId: string, idempotencyKey = randomIds.uuid()): Promise<any> {
    return client.expect('PlacedOrder', PLACE, { input: { holdId, idempotencyKey } });
  }

  payment(
    order: { id: string; total: { amount: number } },
    happening: keyof typeof PAYMENT_FACTS,
    refundId: string | readonly string[] = '',
    amount = order.total.amount,
  ): Promise<Fact> {
    const { type, state } = PAYMENT_FACTS[happening];
    return this.line.publish(
      paymentsPayments,
      type,
      { id: order.id, version: ++this.paymentVersion },
      {
        orderId: order.id,
        paymentId: randomIds.uuid(),
        buyerId: 'buyer',
        state,
        amount: { amount: order.total.amount, currency: 'EUR' },
        provider: 'test',
        ...(happening === 'PaymentRefunded' && {
          refunds: [refundId].flat().map((id) => ({ refundId: id, amount: { amount, currency: 'EUR' } })),
        }),
        ...(happening === 'PaymentRefundFailed' && {
          refundFailure: { refundId: String(refundId), code: 'REFUND_REFUSED' },
        }),
        updatedAt: new Date().toISOString(),
      },
    );
  }

  inState(client: GraphClient, orderId: string, state: string): Promise<any> {
    return eventually(async () => {
      const { order } = await client.data(ORDER, { id: orderId });
      expect(order.state).toBe(state);
      return order;
    }, 15_000);
  }

  /** A purchase from hold to tickets. */
  async buy(
    event: PublishedEvent,
    quantity: number,
    buyer?: GraphClient,
  ): Promise<{ client: GraphClient; order: any }> {
    const { client, order } = await this.confirmed(event, quantity, buyer);
    await this.payment(order, 'PaymentCaptured');
    return { client, order: { ...order, ...(await this.inState(client, order.id, 'COMPLETED')) } };
  }

  /** A purchase up to the moment in which the money may be taken. */
  async confirmed(
    event: PublishedEvent,
    quantity: number,
    buyer?: GraphClient,
  ): Promise<{ client: GraphClient; order: any }> {
    const client = buyer ?? (await this.buyer());
    const { order } = await this.place(client, (await this.hold(client, event, quantity)).id);
    await this.payment(order, 'PaymentAuthorized');
    await this.inState(client, order.id, 'CONFIRMED');
    return { client, order };
  }

  /** The refund that payments is asked for. */
  requestedRefund(client: GraphClient, orderId: string): Promise<string> {
    return eventually(async () => {
      const { order } = await client.data(ORDER, { id: orderId });
      const requested = order.refunds.find(({ status }: { status: string }) => status === 'REQUESTED');
      if (!requested) throw new Error(`order ${orderId} asks for no refund`);
      return requested.id;
    }, 15_000);
  }

  inventoryOf(event: PublishedEvent): Promise<any> {
    return this.service.db.collection('inventory').findOne({ _id: event.eventId as never });
  }
}

export function cart(event: PublishedEvent, quantity: number, more: object = {}): { input: object } {
  const [ticketType] = event.ticketTypes;
  return {
    input: { eventId: event.eventId, lines: [{ ticketTypeId: ticketType?.ticketTypeId, quantity }], ...more },
  };
}
