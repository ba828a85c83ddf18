import { join } from 'node:path';
import { type DynamicModule, Module } from '@nestjs/common';
import { RedisModule } from '#cache';
import {
  authOrganizations,
  checkinAdmissions,
  eventsEvents,
  eventsPlans,
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
import {
  ActivityResolver,
  TicketScannedResolver,
  UnitsReturnedResolver,
  UnitsSoldResolver,
} from './activity/activity.resolver.ts';
import { AdmissionsConsumer } from './activity/admissions.consumer.ts';
import { LoggedSales } from './activity/logged-sales.ts';
import { WatchEvent } from './activity/watch-event.ts';
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
import { ExtendHold } from './inventory/application/extend-hold.ts';
import { HoldTickets } from './inventory/application/hold-tickets.ts';
import { LogSales } from './inventory/application/log-sales.ts';
import { MoveSweep } from './inventory/application/move-sweep.ts';
import { ReadAvailability } from './inventory/application/read-availability.ts';
import { TakeCart } from './inventory/application/take-cart.ts';
import { ReleaseHold } from './inventory/application/release-hold.ts';
import { SalesLogSweep } from './inventory/application/sales-log-sweep.ts';
import { AllowancesRepository } from './inventory/infrastructure/allowances.repository.ts';
import { CapacitiesRepository } from './inventory/infrastructure/capacities.repository.ts';
import { DemandRelay } from './inventory/infrastructure/demand-relay.ts';
import { Generation } from './inventory/infrastructure/generation.ts';
import { InventoryRepository } from './inventory/infrastructure/inventory.repository.ts';
import { KnownShortages } from './inventory/infrastructure/known-shortages.ts';
import { RefusedDemand } from './inventory/infrastructure/refused-demand.ts';
import { SalesLogRepository } from './inventory/infrastructure/sales-log.repository.ts';
import { StockSweep } from './inventory/application/stock-sweep.ts';
import { StockLoader } from './inventory/infrastructure/stock-loader.ts';
import { Holds } from './inventory/infrastructure/holds.ts';
import { LoadedStock } from './inventory/infrastructure/loaded-stock.ts';
import { Stock } from './inventory/infrastructure/stock.ts';
import { TouchedEvents } from './inventory/infrastructure/touched-events.ts';
import { WishesRepository } from './inventory/infrastructure/wishes.repository.ts';
import {
  EventFiguresResolver,
  TicketTypeFiguresResolver,
} from './inventory/transport/event-figures.resolver.ts';
import { Holders } from './inventory/transport/holders.ts';
import { HoldsResolver } from './inventory/transport/holds.resolver.ts';
import { OrganizationCopiesRepository } from './members/infrastructure/organization-copies.repository.ts';
import { OrganizationsConsumer } from './members/transport/organizations.consumer.ts';
import { AcceptRefundOffer } from './orders/application/accept-refund-offer.ts';
import { AwaitSettled } from './orders/application/await-settled.ts';
import { AdvanceOrder } from './orders/application/advance-order.ts';
import { ExportOrders } from './orders/application/export-orders.ts';
import { IssueComplimentary } from './orders/application/issue-complimentary.ts';
import { ListEventOrders } from './orders/application/list-event-orders.ts';
import { ListMyOrders } from './orders/application/list-my-orders.ts';
import { OrderSweep } from './orders/application/order-sweep.ts';
import { PlaceDeskOrder } from './orders/application/place-desk-order.ts';
import { PlaceOrder } from './orders/application/place-order.ts';
import { RefundOrder } from './orders/application/refund-order.ts';
import { RetryRefund } from './orders/application/retry-refund.ts';
import { SellAtDoor } from './orders/application/sell-at-door.ts';
import { TakeUnitsAgain } from './orders/application/take-units-again.ts';
import { GiveUnitsBack } from './orders/application/give-units-back.ts';
import { UndoOrder } from './orders/application/undo-order.ts';
import { OrderListsRepository } from './orders/infrastructure/order-lists.repository.ts';
import { OrdersRepository } from './orders/infrastructure/orders.repository.ts';
import { SettledOrders } from './orders/infrastructure/settled-orders.ts';
import { DeskOrdersResolver } from './orders/transport/desk-orders.resolver.ts';
import { EventOrdersResolver } from './orders/transport/event-orders.resolver.ts';
import { ExportsController } from './orders/transport/exports.controller.ts';
import { OrdersResolver } from './orders/transport/orders.resolver.ts';
import { PaymentsConsumer } from './orders/transport/payments.consumer.ts';
import { ChooseSeats } from './seats/application/choose-seats.ts';
import { ReadSeatMap } from './seats/application/read-seat-map.ts';
import { SeatClaimSweep } from './seats/application/seat-claim-sweep.ts';
import { WatchSeatMap } from './seats/application/watch-seat-map.ts';
import { SeatClaimsRepository } from './seats/infrastructure/seat-claims.repository.ts';
import { SeatBoards } from './seats/infrastructure/seat-boards.ts';
import { Seatings } from './seats/infrastructure/seatings.ts';
import { SectionCopiesRepository } from './seats/infrastructure/section-copies.repository.ts';
import { PlansConsumer } from './seats/transport/plans.consumer.ts';
import { SeatMapResolver } from './seats/transport/seat-map.resolver.ts';
import { IssueTickets } from './tickets/application/issue-tickets.ts';
import { ShowQr } from './tickets/application/show-qr.ts';
import { SigningKeys } from './tickets/infrastructure/signing-keys.ts';
import { TicketsRepository } from './tickets/infrastructure/tickets.repository.ts';
import { TicketQrResolver, TicketsResolver } from './tickets/transport/tickets.resolver.ts';

const published = [ticketsOrders, ticketsTickets, ticketsKeys, ticketsCapacities, ticketsDemand];
const consumed = [
  eventsEvents,
  eventsPlans,
  paymentsPayments,
  pricingPrices,
  checkinAdmissions,
  authOrganizations,
];

const events = [EventCopiesRepository, PriceCopiesRepository, EventsConsumer, PricesConsumer];
const inventory = [
  AllowancesRepository,
  InventoryRepository,
  SalesLogRepository,
  LogSales,
  SalesLogSweep,
  MoveSweep,
  WishesRepository,
  CapacitiesRepository,
  Generation,
  TouchedEvents,
  StockLoader,
  StockSweep,
  KnownShortages,
  Holds,
  LoadedStock,
  Stock,
  RefusedDemand,
  DemandRelay,
  TakeCart,
  Holders,
  HoldTickets,
  ExtendHold,
  ReleaseHold,
  ReadAvailability,
  DecideCapacities,
  HoldsResolver,
  EventFiguresResolver,
  TicketTypeFiguresResolver,
];
const seats = [
  SectionCopiesRepository,
  Seatings,
  SeatClaimsRepository,
  SeatBoards,
  ChooseSeats,
  PlansConsumer,
  SeatClaimSweep,
  ReadSeatMap,
  WatchSeatMap,
  SeatMapResolver,
];
const orders = [
  OrdersRepository,
  SettledOrders,
  AwaitSettled,
  OrderListsRepository,
  PlaceOrder,
  PlaceDeskOrder,
  IssueComplimentary,
  SellAtDoor,
  GiveUnitsBack,
  UndoOrder,
  TakeUnitsAgain,
  AdvanceOrder,
  RefundOrder,
  RetryRefund,
  AcceptRefundOffer,
  ListMyOrders,
  ListEventOrders,
  ExportOrders,
  OrderSweep,
  OrdersResolver,
  DeskOrdersResolver,
  EventOrdersResolver,
  PaymentsConsumer,
];
const closures = [ClosuresRepository, WindUpEvent, ClosureSweep, EventCancellationResolver];
const tickets = [TicketsRepository, SigningKeys, IssueTickets, ShowQr, TicketsResolver, TicketQrResolver];
const members = [OrganizationCopiesRepository, OrganizationsConsumer];
const activity = [
  ActivityFeed,
  LoggedSales,
  WatchEvent,
  ActivityResolver,
  UnitsSoldResolver,
  UnitsReturnedResolver,
  TicketScannedResolver,
  AdmissionsConsumer,
];

@Module({})
export class TicketsModule {
  static forRoot(config: TicketsConfig): DynamicModule {
    return {
      module: TicketsModule,
      imports: [
        CoreModule.forService('tickets', config),
        MongoModule.forService('tickets', config),
        RedisModule.forService('tickets', config),
        MessagingModule.forService('tickets', config, [...published, ...consumed]),
        subgraphModule({ schemaFile: join(import.meta.dirname, 'schema.graphql'), subscriptions: true }),
      ],
      controllers: [ExportsController],
      providers: [
        { provide: TICKETS_CONFIG, useValue: config },
        ...events,
        ...inventory,
        ...seats,
        ...orders,
        ...closures,
        ...tickets,
        ...members,
        ...activity,
      ],
    };
  }
}
