import { join } from 'node:path';
import { type DynamicModule, Module } from '@nestjs/common';
import { RedisModule } from '#cache';
import {
  checkinAdmissions,
  eventsEvents,
  paymentsPayments,
  pricingPrices,
  ticketsCapacities,
  ticketsDemand,
  ticketsKeys,
  ticketsOrders,
  ticketsTickets,
} from '#contracts';
import { subgraphModule } from '#graphql';
import { MessagingModule } from '#messaging';
import { MongoModule } from '#persistence';
import { CoreModule } from '#service';
import { ActivityFeed } from './activity/activity-feed.ts';
import { ActivityResolver, TicketScannedResolver, UnitsSoldResolver } from './activity/activity.resolver.ts';
import { AdmissionsConsumer } from './activity/admissions.consumer.ts';
import { ClosureSweep } from './closures/application/closure-sweep.ts';
import { WindUpEvent } from './closures/application/wind-up-event.ts';
import { ClosuresRepository } from './closures/infrastructure/closures.repository.ts';
import { EventCancellationResolver } from './closures/transport/event-cancellation.resolver.ts';
import { TICKETS_CONFIG, type TicketsConfig } from './config.ts';
import { EventCopiesRepository } from './events/infrastructure/event-copies.repository.ts';
import { PriceCopiesRepository } from './events/infrastructure/price-copies.repository.ts';
import { EventsConsumer } from './events/transport/events.consumer.ts';
import { PricesConsumer } from './events/transport/prices.consumer.ts';
import { DecideCapacities } from './inventory/application/decide-capacities.ts';
import { HoldTickets } from './inventory/application/hold-tickets.ts';
import { ReadAvailability } from './inventory/application/read-availability.ts';
import { ReleaseHold } from './inventory/application/release-hold.ts';
import { AllowancesRepository } from './inventory/infrastructure/allowances.repository.ts';
import { CapacitiesRepository } from './inventory/infrastructure/capacities.repository.ts';
import { DemandRelay } from './inventory/infrastructure/demand-relay.ts';
import { Generation } from './inventory/infrastructure/generation.ts';
import { InventoryRepository } from './inventory/infrastructure/inventory.repository.ts';
import { RefusedDemand } from './inventory/infrastructure/refused-demand.ts';
import { StockLoader } from './inventory/infrastructure/stock-loader.ts';
import { Stock } from './inventory/infrastructure/stock.ts';
import { TouchedEvents } from './inventory/infrastructure/touched-events.ts';
import { WishesRepository } from './inventory/infrastructure/wishes.repository.ts';
import {
  EventFiguresResolver,
  TicketTypeFiguresResolver,
} from './inventory/transport/event-figures.resolver.ts';
import { HoldsResolver } from './inventory/transport/holds.resolver.ts';
import { AcceptRefundOffer } from './orders/application/accept-refund-offer.ts';
import { AwaitSettled } from './orders/application/await-settled.ts';
import { AdvanceOrder } from './orders/application/advance-order.ts';
import { OrderSweep } from './orders/application/order-sweep.ts';
import { PlaceOrder } from './orders/application/place-order.ts';
import { RefundOrder } from './orders/application/refund-order.ts';
import { RetryRefund } from './orders/application/retry-refund.ts';
import { UndoOrder } from './orders/application/undo-order.ts';
import { OrdersRepository } from './orders/infrastructure/orders.repository.ts';
import { SettledOrders } from './orders/infrastructure/settled-orders.ts';
import { OrdersResolver } from './orders/transport/orders.resolver.ts';
import { PaymentsConsumer } from './orders/transport/payments.consumer.ts';
import { IssueTickets } from './tickets/application/issue-tickets.ts';
import { ShowQr } from './tickets/application/show-qr.ts';
import { SigningKeys } from './tickets/infrastructure/signing-keys.ts';
import { TicketsRepository } from './tickets/infrastructure/tickets.repository.ts';
import { TicketQrResolver, TicketsResolver } from './tickets/transport/tickets.resolver.ts';

const published = [ticketsOrders, ticketsTickets, ticketsKeys, ticketsCapacities, ticketsDemand];
const consumed = [eventsEvents, paymentsPayments, pricingPrices, checkinAdmissions];

const events = [EventCopiesRepository, PriceCopiesRepository, EventsConsumer, PricesConsumer];
const inventory = [
  AllowancesRepository,
  InventoryRepository,
  WishesRepository,
  CapacitiesRepository,
  Generation,
  TouchedEvents,
  StockLoader,
  Stock,
  RefusedDemand,
  DemandRelay,
  HoldTickets,
  ReleaseHold,
  ReadAvailability,
  DecideCapacities,
  HoldsResolver,
  EventFiguresResolver,
  TicketTypeFiguresResolver,
];
const orders = [
  OrdersRepository,
  SettledOrders,
  AwaitSettled,
  PlaceOrder,
  UndoOrder,
  AdvanceOrder,
  RefundOrder,
  RetryRefund,
  AcceptRefundOffer,
  OrderSweep,
  OrdersResolver,
  PaymentsConsumer,
];
const closures = [ClosuresRepository, WindUpEvent, ClosureSweep, EventCancellationResolver];
const tickets = [TicketsRepository, SigningKeys, IssueTickets, ShowQr, TicketsResolver, TicketQrResolver];
const activity = [
  ActivityFeed,
  ActivityResolver,
  UnitsSoldResolver,
  TicketScannedResolver,
  AdmissionsConsumer,
];

@Module({})
export class TicketsModule {
  static forRoot(config: TicketsConfig): DynamicModule {
    return {
      module: TicketsModule,
      imports: [
        CoreModule.forService({
          service: 'tickets',
          logLevel: config.LOG_LEVEL,
          jwksUri: `${config.AUTH_URL}/.well-known/jwks.json`,
        }),
        MongoModule.forService('tickets', config),
        RedisModule.forService('tickets', config),
        MessagingModule.forService({
          service: 'tickets',
          settings: config,
          topics: [...published, ...consumed],
        }),
        subgraphModule({ schemaFile: join(import.meta.dirname, 'schema.graphql'), subscriptions: true }),
      ],
      providers: [
        { provide: TICKETS_CONFIG, useValue: config },
        ...events,
        ...inventory,
        ...orders,
        ...closures,
        ...tickets,
        ...activity,
      ],
    };
  }
}
