import { createRequire } from 'node:module';
import type { Socket } from 'node:net';
import { MongoError, MongoNetworkError } from 'mongodb';

interface WriteOptions {
  readonly signal?: AbortSignal;
}

/** The driver's own class, as far as it is used here. It is not exported: the spec tells when it becomes another. */
interface Connection {
  readonly id: number | string;
  readonly socket: Socket;
  /** Ends when the command has left for the server. */
  writeCommand(command: unknown, options: WriteOptions): Promise<void>;
}

const driver = createRequire(import.meta.url)('mongodb/lib/cmap/connection.js') as {
  readonly Connection: { readonly prototype: Connection };
};
const { prototype } = driver.Connection;
// Of the class as it came: it is changed once for a process.
const writeCommand = Reflect.get(prototype, 'writeCommand') as Connection['writeCommand'];
let isMended = false;

/**
 * Ends operations of connections that close before a command was written, with a network error like all others that a
 * closed connection had. Of the driver (7.8, and 7.9 is the same)
 *
 * - such an operation may wait for ever: a socket that is destroyed takes no write, says so only a moment later, and is
 *   waited for to drain without any limit of time. After a kill of MongoDB that was a read or two, and all behind them;
 * - or it fails with the socket's own error (EPIPE), which nobody takes for an engine that is away.
 */
export function endOperationsOfClosedConnections(): void {
  if (isMended) return;
  isMended = true;
  prototype.writeCommand = async function (this: Connection, command: unknown, options: WriteOptions) {
    const { promise: closed, reject } = Promise.withResolvers<never>();
    const onClose = (): void => reject(unwritten(this));
    this.socket.once('close', onClose);
    try {
      await Promise.race([writeCommand.call(this, command, options), closed]);
    } catch (error) {
      const isKnown = error instanceof MongoError || error === options.signal?.reason;
      throw isKnown ? error : unwritten(this, error);
    } finally {
      this.socket.off('close', onClose);
    }
  };
}

function unwritten({ id }: Connection, cause?: unknown): MongoNetworkError {
  const message = `connection ${id} closed before a command was written`;
  return new MongoNetworkError(message, cause instanceof Error ? { cause } : {});
}
