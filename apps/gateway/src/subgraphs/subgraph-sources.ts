import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from '#observability';
import { type GatewayConfig, subgraphAddresses, SUBGRAPHS, type SubgraphName } from '../config.ts';
import { SubgraphSource } from './subgraph-source.ts';

/** All services' parts of the graph, shared by queries and subscriptions. */
@Injectable()
export class SubgraphSources implements OnApplicationShutdown {
  readonly byName: Readonly<Record<string, SubgraphSource>>;

  constructor(config: GatewayConfig, logger: Logger) {
    const addresses = subgraphAddresses(config);
    const source = (name: SubgraphName) =>
      new SubgraphSource(name, addresses[name], config.SUBGRAPH_TIMEOUT_MS, logger);
    this.byName = Object.fromEntries(SUBGRAPHS.map((name) => [name, source(name)]));
  }

  /** @throws when the supergraph names a service that this gateway has no address of. */
  get(name: string): SubgraphSource {
    const source = this.byName[name];
    if (!source)
      throw new Error(`the supergraph has a subgraph ${name}, of which the gateway knows no address`);
    return source;
  }

  onApplicationShutdown(): void {
    for (const source of Object.values(this.byName)) source.close();
  }
}
