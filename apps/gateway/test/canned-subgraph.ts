import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { buildSubgraphSchema, type GraphQLSchemaModule } from '@apollo/subgraph';
import { graphql, type GraphQLSchema, parse } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { subgraphSdl } from '#graphql';

type Resolvers = GraphQLSchemaModule['resolvers'];

export interface ReceivedRequest {
  readonly query: string;
  readonly variables: Record<string, unknown>;
  readonly headers: IncomingHttpHeaders;
}

/** Answers a request instead of the graph. */
export type Misbehaviour = (response: ServerResponse) => void;

/**
 * A service as the gateway sees it: the service's real schema over HTTP and graphql-ws, with canned answers. Written
 * without Nest, whose metadata would mix those of several services in one process.
 */
export class CannedSubgraph {
  readonly requests: ReceivedRequest[] = [];
  readonly connectionParams: unknown[] = [];
  /** `extensions` of each subscription that was begun here. */
  readonly subscribedWith: unknown[] = [];
  misbehaviour: Misbehaviour | undefined;
  /** What is served to GET requests: auth's key set. */
  document: (() => Promise<string>) | undefined;
  private readonly schema: GraphQLSchema;
  private server: Server | undefined;
  private sockets: WebSocketServer | undefined;
  private port = 0;

  constructor(name: string, resolvers: Resolvers) {
    const file = join(import.meta.dirname, `../../${name}/src/schema.graphql`);
    this.schema = buildSubgraphSchema([{ typeDefs: parse(subgraphSdl(file)), resolvers }]);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get entityCalls(): number {
    return this.requests.filter(({ query }) => query.includes('_entities')).length;
  }

  /** Listens; after a `stop`, at the same port again. */
  async start(): Promise<this> {
    const server = createServer((request, response) => void this.answer(request, response));
    this.sockets = new WebSocketServer({ server, path: '/graphql' });
    useServer(
      {
        schema: this.schema,
        onConnect: ({ connectionParams }) => void this.connectionParams.push(connectionParams),
        onSubscribe: (_socket, _id, { extensions }) => void this.subscribedWith.push(extensions),
      },
      this.sockets,
    );
    server.listen(this.port, '127.0.0.1');
    await once(server, 'listening');
    this.server = server;
    this.port = (server.address() as AddressInfo).port;
    return this;
  }

  /** As if killed: every connection breaks. */
  async stop(): Promise<void> {
    const { server } = this;
    if (!server) return;
    this.server = undefined;
    for (const socket of this.sockets?.clients ?? []) socket.terminate();
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }

  get openConnections(): number {
    return this.sockets?.clients.size ?? 0;
  }

  forget(): void {
    this.requests.length = 0;
    this.connectionParams.length = 0;
    this.subscribedWith.length = 0;
    this.misbehaviour = undefined;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === 'GET') {
      response.setHeader('content-type', 'application/json').end(await this.document?.());
      return;
    }
    const { query, variables } = JSON.parse(await text(request)) as ReceivedRequest;
    this.requests.push({ query, variables, headers: request.headers });
    if (this.misbehaviour) return this.misbehaviour(response);
    const result = await graphql({ schema: this.schema, source: query, variableValues: variables });
    response.setHeader('content-type', 'application/json').end(JSON.stringify(result));
  }
}
