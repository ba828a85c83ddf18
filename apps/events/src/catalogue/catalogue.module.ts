import { type DynamicModule, Module } from '@nestjs/common';
import type { StoreConfig } from '../config.ts';
import { StoreModule } from '../store.module.ts';
import { ImportCatalogue } from './application/import-catalogue.ts';
import { PublishFacts } from './application/publish-facts.ts';

/** The import of the catalogue: the service's own rules and repositories, without its graph. */
@Module({})
export class CatalogueModule {
  static forRoot(config: StoreConfig): DynamicModule {
    return {
      module: CatalogueModule,
      imports: [StoreModule.forRoot(config)],
      providers: [PublishFacts, ImportCatalogue],
      exports: [ImportCatalogue],
    };
  }
}
