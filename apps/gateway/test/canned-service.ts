import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { LocalServer } from '#testing';

interface ReceivedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A service to which the gateway passes bytes on: what came, and an answer that a test chooses. */
export class CannedService {
  readonly requests: ReceivedRequest[] = [];
  answer: (response: ServerResponse) => void = (response) => response.end();

  private constructor(private readonly server: LocalServer) {}

  static async start(): Promise<CannedService> {
    const server = await LocalServer.start((request, response) => {
      service.take(request, response).catch(() => response.destroy());
    });
    const service = new CannedService(server);
    return service;
  }

  get url(): string {
    return this.server.url;
  }

  stop(): Promise<void> {
    return this.server.stop();
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    this.requests.push({
      method: request.method ?? '',
      url: request.url ?? '',
      headers: request.headers,
      body,
    });
    this.answer(response);
  }
}
