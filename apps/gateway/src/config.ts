import { z } from 'zod';
import { secretKey, settings } from '#config';

/** The services that the graph is composed of, by their names in the supergraph. */
export const SUBGRAPHS = ['auth', 'events', 'tickets', 'payments', 'pricing', 'checkin'] as const;
export type SubgraphName = (typeof SUBGRAPHS)[number];

export const environment = {
  ...settings.http,
  /** Base addresses of the services, without a path. */
  AUTH_URL: z.url({ protocol: /^https?$/ }),
  EVENTS_URL: z.url({ protocol: /^https?$/ }),
  TICKETS_URL: z.url({ protocol: /^https?$/ }),
  PAYMENTS_URL: z.url({ protocol: /^https?$/ }),
  PRICING_URL: z.url({ protocol: /^https?$/ }),
  CHECKIN_URL: z.url({ protocol: /^https?$/ }),
  /** Where clients reach the gateway, if not at its own host and port. */
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  /** Signs the tokens of anonymous visitors; shared with tickets, which limits their holds. */
  VISITOR_KEY: secretKey,
  /** How long one request to a service may take, connecting included, in milliseconds. */
  SUBGRAPH_TIMEOUT_MS: z.coerce.number().int().min(50).max(60_000).default(5_000),
};

export type GatewayConfig = z.output<z.ZodObject<typeof environment>>;

export function publicOrigin({ PUBLIC_URL, HOST, PORT }: GatewayConfig): string {
  return new URL(PUBLIC_URL ?? `http://${HOST}:${PORT}`).origin;
}

/** Where each service's graph is served, over HTTP. */
export function subgraphAddresses(config: GatewayConfig): Readonly<Record<SubgraphName, URL>> {
  return {
    auth: graphOf(config.AUTH_URL),
    events: graphOf(config.EVENTS_URL),
    tickets: graphOf(config.TICKETS_URL),
    payments: graphOf(config.PAYMENTS_URL),
    pricing: graphOf(config.PRICING_URL),
    checkin: graphOf(config.CHECKIN_URL),
  };
}

function graphOf(base: string): URL {
  return new URL(`${base.replace(/\/$/, '')}/graphql`);
}
