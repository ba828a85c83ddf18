import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface ReceivedImageRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** The events service as images see it: what came, and an answer that a test chooses. */
export class CannedImages {
  readonly requests: ReceivedImageRequest[] = [];
  answer: (response: ServerResponse) => void = (response) => response.end();

  private constructor(private readonly server: Server) {}

  static async start(): Promise<CannedImages> {
    const server = createServer((request, response) => {
      buffer(request).then(
        (body) => {
          canned.requests.push({
            method: request.method ?? '',
            url: request.url ?? '',
            headers: request.headers,
            body,
          });
          canned.answer(response);
        },
        () => response.destroy(),
      );
    });
    const canned = new CannedImages(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return canned;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}
