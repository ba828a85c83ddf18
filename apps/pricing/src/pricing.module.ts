import { join } from 'node:path';
import { type DynamicModule, Module } from '@nestjs/common';
import { eventsEvents, pricingPrices, ticketsDemand } from '#contracts';
import { subgraphModule } from '#graphql';
import { MessagingModule } from '#messaging';
import { MongoModule } from '#persistence';
import { CoreModule } from '#service';
import type { PricingConfig } from './config.ts';
import { FoldDemand } from './demand/application/fold-demand.ts';
import { DemandRepository } from './demand/infrastructure/demand.repository.ts';
import { DemandConsumer } from './demand/transport/demand.consumer.ts';
import { ReviewDuePrices } from './prices/application/review-due-prices.ts';
import { ShowEventPricing } from './prices/application/show-event-pricing.ts';
import { ShowPriceHistory } from './prices/application/show-price-history.ts';
import { ShowPrices } from './prices/application/show-prices.ts';
import { PriceBooksRepository } from './prices/infrastructure/price-books.repository.ts';
import { EventPricingResolver } from './prices/transport/event-pricing.resolver.ts';
import { ReviewLoop } from './prices/transport/review-loop.ts';
import { TicketTypePricesResolver } from './prices/transport/ticket-type-prices.resolver.ts';
import { CopyTicketTypes } from './ticket-types/application/copy-ticket-types.ts';
import { TicketTypesRepository } from './ticket-types/infrastructure/ticket-types.repository.ts';
import { EventsConsumer } from './ticket-types/transport/events.consumer.ts';

@Module({})
export class PricingModule {
  static forRoot(config: PricingConfig): DynamicModule {
    return {
      module: PricingModule,
      imports: [
        CoreModule.forService('pricing', config),
        MongoModule.forService('pricing', config),
        MessagingModule.forService('pricing', config, [eventsEvents, ticketsDemand, pricingPrices]),
        subgraphModule({ schemaFile: join(import.meta.dirname, 'schema.graphql') }),
      ],
      providers: [
        TicketTypesRepository,
        DemandRepository,
        PriceBooksRepository,
        CopyTicketTypes,
        FoldDemand,
        ReviewDuePrices,
        ShowPrices,
        ShowPriceHistory,
        ShowEventPricing,
        ReviewLoop,
        EventsConsumer,
        DemandConsumer,
        TicketTypePricesResolver,
        EventPricingResolver,
      ],
    };
  }
}
