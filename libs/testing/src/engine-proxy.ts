import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { Transform } from 'node:stream';

/** A connection of a client's, and ours to the engine on its behalf. */
interface Way {
  readonly client: Socket;
  readonly engine: Socket;
}

/**
 * A way to an engine on which a test can do what networks do: break connections and take none (`cut`), carry nothing for
 * a while without a word to either end (`hang`), or forget the connections that there are (`strand`).
 */
export class EngineProxy {
  private readonly ways = new Set<Way>();
  private readonly stranded = new Set<Way>();
  private server: Server | undefined;
  private port = 0;
  private hanging = false;

  private constructor(
    private readonly host: string,
    private readonly enginePort: number,
    private readonly tellsItsAddress: boolean,
  ) {}

  static async open(host: string, enginePort: number): Promise<EngineProxy> {
    return EngineProxy.listening(new EngineProxy(host, enginePort, false));
  }

  /** To Kafka, whose brokers tell clients where else to connect to: here they are told of the proxy. */
  static async openToKafka(broker: string): Promise<EngineProxy> {
    const [host = '', port] = broker.split(':');
    return EngineProxy.listening(new EngineProxy(host, Number(port), true));
  }

  private static async listening(proxy: EngineProxy): Promise<EngineProxy> {
    await proxy.restore();
    return proxy;
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** Undoes a `cut`. */
  async restore(): Promise<void> {
    this.server = createServer((client) => this.join(client));
    this.server.listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = (this.server.address() as AddressInfo).port;
  }

  /** As when an engine is killed: every connection breaks, and none is taken. */
  async cut(): Promise<void> {
    const server = this.server;
    this.server = undefined;
    if (!server) return;
    server.close();
    for (const { client, engine } of [...this.ways, ...this.stranded]) {
      client.destroy();
      engine.destroy();
    }
    await once(server, 'close');
  }

  /** As when packets get lost: connections are taken and bytes accepted, and nothing comes through until `resume`. */
  hang(): void {
    this.hanging = true;
    for (const way of this.ways) part(way);
  }

  /** Undoes a `hang`. What was held back comes through, as lost packets are sent again. */
  resume(): void {
    this.hanging = false;
    for (const way of this.ways) this.carry(way);
  }

  /** As when a router forgets: the connections that there are stay silent for ever, new ones work. */
  strand(): void {
    for (const way of this.ways) {
      part(way);
      this.stranded.add(way);
    }
    this.ways.clear();
  }

  private join(client: Socket): void {
    const way: Way = { client, engine: connect(this.enginePort, this.host) };
    this.ways.add(way);
    for (const [from, to] of [
      [way.client, way.engine],
      [way.engine, way.client],
    ] as const) {
      from.setNoDelay(true);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        this.ways.delete(way);
        this.stranded.delete(way);
        to.destroy();
      });
    }
    if (!this.hanging) this.carry(way);
  }

  private carry({ client, engine }: Way): void {
    client.pipe(engine);
    if (this.tellsItsAddress) engine.pipe(this.inOurName()).pipe(client);
    else engine.pipe(client);
  }

  /** Brokers tell of themselves as a host's name and then a port of four bytes; no other answer has that by chance. */
  private inOurName(): Transform {
    const host = Buffer.from(this.host);
    const told = Buffer.concat([host, portBytes(this.enginePort)]);
    const ours = portBytes(this.port);
    return new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        for (let at = chunk.indexOf(told); at >= 0; at = chunk.indexOf(told, at + told.length))
          ours.copy(chunk, at + host.length);
        done(null, chunk);
      },
    });
  }
}

function part({ client, engine }: Way): void {
  for (const socket of [client, engine]) {
    socket.unpipe();
    socket.pause();
  }
}

function portBytes(port: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(port);
  return bytes;
}
