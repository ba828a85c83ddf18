import { setTimeout as sleep } from 'node:timers/promises';
import { createClient, type Client as SocketClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { Activity } from './answers.ts';
import { type Client, Unexpected } from './client.ts';
import { WATCH_EVENT } from './operations.ts';

const CONNECT_LIMIT_MS = 10_000;
/** The protocol has no word for "subscribed": after the connection is open, the subscription gets this long to begin. */
const SETTLE_MS = 500;

export type ActivityOf<T extends Activity['__typename']> = Extract<Activity, { __typename: T }>;

/** An organizer's live view of an event, over graphql-ws. Keeps what it is told. */
export class Watch {
  private readonly seen = new Map<string, Activity>();
  /** Why the subscription ended before it was closed. */
  private failure: string | undefined;
  private closed = false;

  private constructor(private readonly socket: SocketClient) {}

  /** @throws Unexpected when there is no connection within 10 s. `tell` is called once for each activity. */
  static async open(client: Client, eventId: string, tell: (activity: Activity) => void): Promise<Watch> {
    const socket = createClient({
      url: `${client.address.replace(/^http/, 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${client.token ?? ''}` },
    });
    const connected = new Promise<void>((resolve, reject) => {
      socket.on('connected', () => resolve());
      const late = new Unexpected('The subscription found no connection within 10 s.');
      setTimeout(() => reject(late), CONNECT_LIMIT_MS).unref();
    });
    const watch = new Watch(socket);
    watch.subscribe(eventId, tell);
    await connected;
    await sleep(SETTLE_MS);
    return watch;
  }

  get interruption(): string | undefined {
    return this.failure;
  }

  activities<T extends Activity['__typename']>(type: T): ActivityOf<T>[] {
    return [...this.seen.values()].filter(
      (activity): activity is ActivityOf<T> => activity.__typename === type,
    );
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.socket.dispose();
  }

  private readonly lastPlace = (): number | undefined => [...this.seen.values()].at(-1)?.seq;

  private subscribe(eventId: string, tell: (activity: Activity) => void): void {
    const { lastPlace } = this;
    // graphql-ws sends this anew after a lost connection: the sales that were missed come then.
    const request = {
      query: WATCH_EVENT.text,
      variables: { id: eventId },
      get extensions() {
        const resume = lastPlace();
        return resume === undefined ? undefined : { resume };
      },
    };
    this.socket.subscribe<{ result: Activity }>(request, {
      next: ({ data, errors }) => {
        if (errors) this.failure ??= errors.map(({ message }) => message).join('; ');
        const activity = data?.result;
        // The same price change or scan may come twice after a lost connection.
        if (!activity || this.seen.has(activity.id)) return;
        this.seen.set(activity.id, activity);
        tell(activity);
      },
      error: (error) => (this.failure ??= describe(error)),
      complete: () => {
        if (!this.closed) this.failure ??= 'the server ended it';
      },
    });
  }
}

/** graphql-ws ends with an error, the close event of the socket, or a list of GraphQL errors. */
function describe(error: unknown): string {
  if (Array.isArray(error)) return error.map(describe).join('; ');
  if (typeof error !== 'object' || error === null) return String(error);
  if ('message' in error && error.message !== '') return String(error.message);
  if ('reason' in error && error.reason !== '') return String(error.reason);
  return 'code' in error ? `closed with ${String(error.code)}` : 'no connection';
}
