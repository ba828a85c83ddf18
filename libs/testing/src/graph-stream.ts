/* oxlint-disable typescript/no-explicit-any -- a test reads events of any shape and asserts what is in them */
import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';

export interface StreamedAnswer {
  readonly data?: any;
  readonly errors?: readonly {
    message: string;
    path?: (string | number)[];
    extensions?: Record<string, unknown>;
  }[];
}

/** One subscription of a {@link GraphStream}: what has come so far, and how it ended. */
export interface OpenSubscription {
  readonly answers: StreamedAnswer[];
  /** Undefined while it is open; `complete`, or what the server sent in the error's place. */
  readonly ending: () => unknown;
  readonly stop: () => void;
}

/** A frontend's live connection (graphql-ws), opened with the first subscription and closed with the last. */
export class GraphStream {
  private readonly client: Client;

  /** `endpoint` is the graph's HTTP address. */
  constructor(endpoint: string, token?: string) {
    this.client = createClient({
      url: endpoint.replace(/^http/, 'ws'),
      webSocketImpl: WebSocket,
      connectionParams: token === undefined ? {} : { authorization: `Bearer ${token}` },
      retryAttempts: 0,
    });
  }

  subscribe(
    query: string,
    variables: Record<string, unknown> = {},
    extensions?: Record<string, unknown>,
  ): OpenSubscription {
    const answers: StreamedAnswer[] = [];
    let ending: unknown;
    const stop = this.client.subscribe(
      { query, variables, extensions },
      {
        next: (answer) => answers.push(answer as StreamedAnswer),
        error: (error) => (ending = error),
        complete: () => (ending ??= 'complete'),
      },
    );
    return { answers, ending: () => ending, stop };
  }

  /** Breaks the connection off, as a phone in a tunnel does. */
  terminate(): void {
    this.client.terminate();
  }
}
