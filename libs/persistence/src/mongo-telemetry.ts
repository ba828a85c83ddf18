import type { MongoClient } from 'mongodb';
import { counter, durations, gauge, failSpan, openPartSpan, type Span } from '#observability';

interface PooledConnection {
  readonly address: string;
  readonly connectionId: number | string;
}

/**
 * Measures by the pool's events: a connection carries one command from its checkout to its return. The driver's command
 * events would name the command, but they make it turn every answer into objects once more (a list of 100 documents
 * then costs 35 % more CPU), so those are for traces only.
 */
export function measureMongo(client: MongoClient): void {
  const use = durations(
    'tessera_mongodb_command_seconds',
    "Time that a connection is busy with one command, its answer's parsing included",
  );
  const wait = durations('tessera_mongodb_checkout_seconds', 'Time that a command waits for a connection');
  const refused = counter('tessera_mongodb_checkout_failures_total', 'Commands that got no connection', [
    'reason',
  ]);
  const connections = gauge('tessera_mongodb_connections', 'Connections of the pool', ['state']);
  const waiting = gauge('tessera_mongodb_checkouts_waiting', 'Commands that wait for a connection');
  // Connections are numbered within the pool of one server.
  const busySince = new Map<string, number>();
  const release = ({ address, connectionId }: PooledConnection): void => {
    const key = `${address}/${connectionId}`;
    const since = busySince.get(key);
    if (since === undefined) return;
    busySince.delete(key);
    connections.dec({ state: 'in use' });
    use.observe((performance.now() - since) / 1_000);
  };
  client.on('connectionCreated', () => connections.inc({ state: 'open' }));
  client.on('connectionClosed', (event) => {
    connections.dec({ state: 'open' });
    release(event);
  });
  client.on('connectionCheckOutStarted', () => waiting.inc());
  client.on('connectionCheckOutFailed', ({ reason }) => {
    waiting.dec();
    refused.inc({ reason });
  });
  client.on('connectionCheckedOut', ({ address, connectionId, durationMS }) => {
    waiting.dec();
    wait.observe(durationMS / 1_000);
    connections.inc({ state: 'in use' });
    busySince.set(`${address}/${connectionId}`, performance.now());
  });
  client.on('connectionCheckedIn', release);
}

/** A span for each command that is part of something traced. Needs a client with `monitorCommands`. */
export function traceMongo(client: MongoClient): void {
  const running = new Map<number, Span>();
  client.on('commandStarted', ({ requestId, commandName, command, databaseName }) => {
    const on: unknown = command[commandName];
    const collection = typeof on === 'string' ? on : '';
    const span = openPartSpan(`mongodb ${commandName} ${collection}`.trimEnd(), {
      'db.system.name': 'mongodb',
      'db.namespace': databaseName,
      'db.operation.name': commandName,
      'db.collection.name': collection,
    });
    if (span) running.set(requestId, span);
  });
  const end = (requestId: number, failure?: Error): void => {
    const span = running.get(requestId);
    if (!span) return;
    running.delete(requestId);
    if (failure) failSpan(span, failure);
    span.end();
  };
  client.on('commandSucceeded', ({ requestId }) => end(requestId));
  client.on('commandFailed', ({ requestId, failure }) => end(requestId, failure));
}
