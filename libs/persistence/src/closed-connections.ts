import { createRequire } from 'node:module';
import type { Socket } from 'node:net';
import { MongoNetworkError } from 'mongodb';

/** The driver's own class, as far as it is used here. It is not exported: the spec tells when it becomes another. */
interface Connection {
  readonly id: number | string;
  readonly socket: Socket;
  /** Ends when the command has left for the server. */
  writeCommand(command: unknown, options: unknown): Promise<void>;
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
 * closed connection had. The driver (7.8, and 7.9) waits then for its socket to drain, without any limit of time: a socket
 * that is destroyed takes no write and says so only a moment later, and whatever is given to its connection meanwhile is
 * never answered. After a kill of MongoDB that was a read or two, and everything that waited for them.
 */
export function endOperationsOfClosedConnections(): void {
  if (isMended) return;
  isMended = true;
  prototype.writeCommand = async function (this: Connection, command: unknown, options: unknown) {
    const { promise: closed, reject } = Promise.withResolvers<never>();
    const onClose = (): void =>
      reject(new MongoNetworkError(`connection ${this.id} closed before a command was written`));
    this.socket.once('close', onClose);
    try {
      await Promise.race([writeCommand.call(this, command, options), closed]);
    } finally {
      this.socket.off('close', onClose);
    }
  };
}
