import { createRequire } from 'node:module';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import kafkajs from 'kafkajs';

/** kafkajs' own class, as far as it is used here. */
interface Connection {
  readonly socket: Socket;
  send(request: unknown): Promise<unknown>;
  rejectRequests(error: Error): void;
  disconnect(): Promise<boolean>;
}

let isMended = false;

/**
 * kafkajs 2.2.4 lets a request fail that is not answered in time, and sends the next one over the same connection, though
 * nothing may come through it ever again: a router that forgets it kept a service from Kafka until TCP gave up, a quarter
 * of an hour later. Here the connection is given up with the request; the next one opens another.
 *
 * It is reset, not closed: what still waits in its buffer must not reach Kafka after all, when the lease under which it was
 * published is another's.
 */
export function giveUpSilentConnections(): void {
  if (isMended) return;
  isMended = true;
  const require = createRequire(import.meta.url);
  const { prototype } = require('kafkajs/src/network/connection.js') as { prototype: Connection };
  const send = Reflect.get(prototype, 'send') as Connection['send'];
  prototype.send = async function (this: Connection, request: unknown) {
    try {
      return await send.call(this, request);
    } catch (error) {
      if (error instanceof kafkajs.KafkaJSRequestTimeoutError) await giveUp(this, error);
      throw error;
    }
  };
}

async function giveUp(connection: Connection, error: Error): Promise<void> {
  connection.rejectRequests(error);
  if (connection.socket instanceof TLSSocket) connection.socket.destroy();
  else connection.socket.resetAndDestroy();
  await connection.disconnect();
}
